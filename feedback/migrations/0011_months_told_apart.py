from django.db import migrations, models

FILL = """
insert into feedback_surveytally
    (version_id, dimension, member, month, is_doubtful, question_id, value, count, shown)
select version_id, 'month', to_char(month, 'YYYY-MM'), month, is_doubtful, question_id, value, count, shown
from feedback_surveytally where dimension = 'all'
"""
UNDO = "delete from feedback_surveytally where dimension = 'month'"


class Migration(migrations.Migration):
    dependencies = [("feedback", "0010_guards_of_surveys")]

    operations = [
        migrations.AlterField(
            "surveytally",
            "dimension",
            models.CharField(
                choices=[
                    ("all", "Tất cả"),
                    ("month", "Tháng"),
                    ("channel", "Kênh"),
                    ("point", "Nơi nộp hồ sơ"),
                    ("agency", "Cơ quan"),
                    ("procedure", "Thủ tục"),
                ],
                max_length=10,
            ),
        ),
        migrations.RunSQL(FILL, UNDO),
    ]
