from django.db import migrations, models

import portal.fields


class Migration(migrations.Migration):
    dependencies = [
        ("procedures", "0012_calendar_and_terms"),
    ]

    operations = [
        migrations.AddField(
            model_name="agency",
            name="postal_address",
            field=portal.fields.LineField(
                blank=True,
                help_text="Nơi nhận đơn, thư gửi qua bưu điện. Để trống nếu cũng là địa chỉ trên.",
                max_length=300,
                verbose_name="địa chỉ nhận thư",
            ),
        ),
        migrations.AlterField(
            model_name="contactchannel",
            name="hours",
            field=portal.fields.LineField(
                blank=True,
                help_text="Như “7 giờ đến 17 giờ, ngày làm việc”. Kênh luôn mở thì ghi “cả ngày, mọi ngày”.",
                max_length=120,
                verbose_name="giờ tiếp nhận",
            ),
        ),
        migrations.AlterField(
            model_name="contactchannel",
            name="is_public",
            field=models.BooleanField(
                default=True,
                help_text="Hiện ở trang Kênh tiếp nhận, trang của cơ quan; của cơ quan chủ quản thì cả ở cuối mọi trang.",
                verbose_name="công khai",
            ),
        ),
        migrations.AlterField(
            model_name="contactchannel",
            name="value",
            field=portal.fields.LineField(
                help_text="Số điện thoại, địa chỉ thư, địa chỉ trang (https://…) hoặc nơi đến. Bấm vào là gọi, viết thư, mở trang. Zalo: ghi số thì thành đường dẫn zalo.me; tài khoản không mở được bằng số thì ghi https://zalo.me/…",
                max_length=300,
                verbose_name="số hoặc địa chỉ",
            ),
        ),
    ]
