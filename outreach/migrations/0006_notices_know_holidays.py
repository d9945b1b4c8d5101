from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("outreach", "0005_count_and_leaf_in_indexes"),
    ]

    operations = [
        migrations.AlterField(
            model_name="notice",
            name="starts_at",
            field=models.DateTimeField(
                blank=True,
                help_text="Chỉ ghi khi bảo trì. Phải báo trước ít nhất 7 ngày làm việc, không tính ngày bắt đầu báo, cuối tuần và ngày nghỉ trong lịch nghỉ lễ.",
                null=True,
                verbose_name="bảo trì từ",
            ),
        ),
    ]
