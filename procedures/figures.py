"""What the catalogue tells of itself as of today: the numbers that its public lists show."""

from django.urls import reverse
from django.utils import timezone

from portal.figures import Measured
from procedures.models import Procedure, ServicePoint

SOURCE = "Danh mục thủ tục của Cổng"


class _OfToday:
    is_share = False
    has_period = False

    def measured(self, path, **numbers):
        return Measured(timezone.localdate(), SOURCE, path, **numbers)


class ProceduresInForce(_OfToday):
    code = "thu-tuc.dang-ap-dung"
    label = "Thủ tục đang áp dụng"
    unit = "thủ tục"

    def measure(self, start, end):
        number = Procedure.objects.listed().count()
        return self.measured(reverse("procedures:procedure_list"), number=number)


class FullyOnlineProcedures(_OfToday):
    code = "thu-tuc.toan-trinh"
    label = "Thủ tục nộp trực tuyến toàn trình"
    unit = "thủ tục"
    is_share = True

    def measure(self, start, end):
        listed = Procedure.objects.listed()
        whole = listed.count()
        if not whole:
            return None
        path = reverse("procedures:procedure_list") + "?truc-tuyen=toan-trinh"
        return self.measured(path, part=listed.filter(online_level="full").count(), whole=whole)


class ServicePoints(_OfToday):
    code = "thu-tuc.noi-nop"
    label = "Nơi nộp hồ sơ"
    unit = "nơi"

    def measure(self, start, end):
        path = reverse("procedures:service_point_list")
        return self.measured(path, number=ServicePoint.objects.count())
