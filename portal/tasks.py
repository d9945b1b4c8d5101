"""The portal's own jobs. Each may be done twice, and by two workers at once."""

from django.core.management import call_command

from portal import held_files, jobs, limits, outbox
from portal.subscriptions import digests, ending


@jobs.task("Gửi thư")
def send_mail(mail_id):
    outbox.deliver(mail_id)


@jobs.periodic("Tìm thư đến hạn gửi", "* * * * *")
def sweep_mail():
    outbox.sweep()


@jobs.periodic("Trả việc dở dang về hàng đợi", "* * * * *")
def return_stalled_jobs():
    jobs.return_stalled()


@jobs.periodic("Xóa tệp giữ tạm đã quá một giờ", "*/10 * * * *")
def erase_held_files():
    held_files.erase_ended()


@jobs.periodic("Xóa giới hạn đã hết thời gian", "7 * * * *")
def forget_limits():
    limits.forget_ended()


@jobs.periodic("Báo tin mới cho người đăng ký nhận tin", "*/5 * * * *")
def send_digests():
    digests.send_digests()


@jobs.periodic("Xóa yêu cầu nhận tin không ai xác nhận và địa chỉ ngừng gửi đã lâu", "17 * * * *")
def clean_subscriptions():
    ending.clean()


# At night in Vietnam.


@jobs.periodic("Xóa việc đã kết thúc từ lâu", "10 20 * * *")
def forget_ended_jobs():
    jobs.forget_ended()


@jobs.periodic("Xóa phiên đăng nhập đã hết hạn", "20 20 * * *")
def forget_sessions():
    call_command("clearsessions")
