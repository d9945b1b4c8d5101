"""Invented procedures in any number, to measure how the portal bears a large catalogue.

Names and texts are put together from real phrases, so that word frequencies fall off as they do in the real
catalogue: a few words stand everywhere, most in few places. The same number gives the same procedures.
"""

from itertools import islice
from random import Random

from django.db import transaction

from portal.text import slugify
from procedures.models import (
    DossierCase,
    Level,
    Procedure,
    ProcedureResult,
    ProcedureStep,
    RequiredDocument,
    Sector,
)
from procedures.services import complete_procedures

BATCH = 1000
# The national database gives no codes that begin with 9.
CODE = "9.{:06d}"


def _phrases(text):
    return [phrase for line in text.strip().split("\n") for phrase in line.split("|")]


ACTIONS = _phrases("""
cấp|cấp lại|cấp đổi|gia hạn|thu hồi|điều chỉnh|đăng ký|đăng ký lại|xóa đăng ký|xác nhận|công nhận
công bố|thẩm định|phê duyệt|chấp thuận|thông báo|khai báo|chứng thực|hỗ trợ|giải quyết|đính chính|tạm ngừng
chấm dứt|bổ sung|chuyển đổi|kiểm tra|nghiệm thu|tiếp nhận|đề nghị|miễn, giảm""")
OBJECTS = _phrases("""
giấy phép hoạt động|giấy chứng nhận đủ điều kiện|chứng chỉ hành nghề|giấy xác nhận|bản sao trích lục
thẻ hội viên|quyết định thành lập|phương án|hồ sơ thiết kế|kế hoạch|báo cáo đánh giá|giấy phép xây dựng|mã số
giấy chứng nhận đăng ký|trợ cấp một lần|trợ cấp hằng tháng|học bổng|danh hiệu|chế độ ưu đãi|giấy phép khai thác
hợp đồng thuê|quyền sử dụng|biên bản kiểm tra|tài khoản|giấy giới thiệu|lệ phí|tiền hỗ trợ|kinh phí đào tạo""")
FIELDS = _phrases("""
nuôi trồng thủy sản|khai thác cát sông|vận tải hành khách|buôn bán thuốc thú y|dạy thêm|karaoke
khám bệnh, chữa bệnh|sản xuất giống cây trồng|chế biến thực phẩm|môi giới bất động sản|lữ hành nội địa|in ấn
quảng cáo ngoài trời|xả nước thải|kinh doanh xăng dầu|bán lẻ thuốc lá|dịch vụ bảo vệ|đào tạo lái xe|giám hộ
công chứng|thừa phát lại|luật sư|nhà ở xã hội|cây xanh đô thị|bến thủy nội địa|tàu cá|đò ngang|thư viện
di tích lịch sử|lễ hội|tín ngưỡng|người có công|người cao tuổi|trẻ em mồ côi|người khuyết tật|cai nghiện
bảo hiểm thất nghiệp|an toàn lao động|hóa chất|điện mặt trời|cụm công nghiệp|chợ|hợp tác xã|hộ kinh doanh
đo đạc bản đồ|khí tượng|rừng phòng hộ|động vật hoang dã|kiểm dịch thực vật|phân bón|thuốc bảo vệ thực vật
muối|nước sạch nông thôn|đê điều|hồ chứa|phòng cháy, chữa cháy|pháo hoa|con dấu|hộ chiếu|lưu trú|căn cước
xe cơ giới|cầu phao|đường gom|viễn thông|bưu chính|xuất bản phẩm|phát thanh|tần số|sở hữu trí tuệ|đo lường
bức xạ|công nghệ cao|học sinh bán trú|trường mầm non|trung tâm ngoại ngữ|thi đua, khen thưởng|hội quần chúng
quỹ từ thiện|tôn giáo|biên chế|hòa giải cơ sở|trợ giúp pháp lý|đấu giá tài sản|quốc tịch|nuôi con nuôi|hộ tịch""")
APPLICANTS = _phrases("""
cá nhân|hộ gia đình|doanh nghiệp|hợp tác xã|tổ chức nước ngoài|người Việt Nam định cư ở nước ngoài
đơn vị sự nghiệp công lập|cơ sở giáo dục|chủ phương tiện|chủ đầu tư|người lao động|hộ nghèo|cựu chiến binh
hội, quỹ|nhà thầu|thuyền viên|người nước ngoài tại Việt Nam|ngư dân|nông dân|học viên""")
CASES = _phrases("""
do bị mất, bị hỏng|lần đầu|do thay đổi địa chỉ|do thay đổi người đại diện|do chia tách, sáp nhập
trong khu vực biên giới|trên vùng biển ven bờ|tại xã đảo|có yếu tố nước ngoài|không qua đấu giá
thuộc thẩm quyền của Ủy ban nhân dân cấp xã|thuộc thẩm quyền của Ủy ban nhân dân cấp tỉnh
sử dụng vốn ngân sách|vì lý do thiên tai|theo chương trình mục tiêu quốc gia|quy mô nhỏ|quy mô trang trại
nhóm 2|loại III|hạng II|trong khu kinh tế|đã hết thời hạn|khi chưa đủ hồ sơ gốc|theo cơ chế liên thông""")
PLACES = _phrases("""
sông Gành Hào|cửa Bồ Đề|đầm Thị Tường|rừng U Minh Hạ|mũi Cà Mau|đảo Hòn Khoai|cửa Cái Đôi Vàm|sông Ông Đốc
kênh xáng Phụng Hiệp|quốc lộ 1A|tuyến Năm Căn|khu Sông Đốc|vùng Đầm Dơi|vùng Thới Bình|vùng Giá Rai|vùng Đông Hải
ven biển Tây|ven biển Đông|khu Khánh An|vùng Hồng Dân|vùng Phước Long|khu Tắc Vân|vùng Trần Văn Thời|đảo Hòn Chuối""")
STEPS = _phrases("""
Người nộp chuẩn bị đầy đủ hồ sơ theo quy định, nộp tại Trung tâm Phục vụ hành chính công hoặc trực tuyến.
Công chức tiếp nhận kiểm tra tính đầy đủ, hợp lệ của hồ sơ về {field} và cấp giấy hẹn trả kết quả.
Trường hợp hồ sơ chưa đầy đủ, công chức hướng dẫn {applicant} bổ sung trong hai ngày làm việc.
Phòng chuyên môn thẩm định nội dung, lấy ý kiến cơ quan quản lý {other} khi cần thiết.
Đoàn kiểm tra xem xét thực tế tại {place} và lập biên bản có chữ ký của các bên.
Cơ quan có thẩm quyền ký {object}; trường hợp từ chối phải trả lời bằng văn bản và nêu rõ lý do.
{applicant} nộp phí, lệ phí theo mức do Hội đồng nhân dân tỉnh quy định rồi nhận kết quả.
Kết quả được gửi qua dịch vụ bưu chính công ích nếu {applicant} có đăng ký.
Hồ sơ liên quan đến {other} được chuyển cho cơ quan phối hợp trong thời hạn ba ngày.
Việc niêm yết công khai thực hiện tại trụ sở Ủy ban nhân dân cấp xã và khu dân cư {place} trong 15 ngày.""")
PAPERS = _phrases("""
Đơn đề nghị theo mẫu|Bản sao {object}|Bản vẽ vị trí khu vực {place}|Sơ yếu lý lịch của người phụ trách
Tài liệu chứng minh năng lực về {field}|Văn bản ủy quyền của {applicant}|Biên bản họp thống nhất|Ảnh 4x6
Báo cáo tình hình hoạt động {other} năm trước|Giấy tờ chứng minh nơi thường trú của {applicant}|Bản cam kết
Hợp đồng thuê địa điểm tại {place}|Phiếu khám sức khỏe|Danh sách người lao động|Chứng từ nộp lệ phí""")
ROLES = {
    "action": ACTIONS,
    "object": OBJECTS,
    "field": FIELDS,
    "applicant": APPLICANTS,
    "case": CASES,
    "place": PLACES,
    "other": FIELDS,
}


def generate_procedures(number, *, on_progress=None):
    """Write this many invented procedures with their parts, codes and places in the search."""
    drafts = islice(_drafts(Random(number)), number)
    sectors = _sectors()
    done = 0
    while batch := list(islice(drafts, BATCH)):
        done += len(batch)
        _write(batch, sectors, done=done, more_to_come=done < number)
        if on_progress:
            on_progress(done)


def _drafts(random):
    """Names that differ, with the words for the texts, without end."""
    seen = set()
    while True:
        words = {role: _skewed(random, phrases) for role, phrases in ROLES.items()}
        name = _name(words, random)
        if name not in seen:
            seen.add(name)
            yield name, words, random.random()


def _name(words, random):
    name = "{action} {object} {field}".format(**words)
    for chance, text in [(0.6, " của {applicant}"), (0.6, " {case}"), (0.5, " tại {place}")]:
        if random.random() < chance:
            name += text.format(**words)
    return name[0].upper() + name[1:]


def _skewed(random, phrases):
    """One of the phrases, those at the head of the list more often."""
    return phrases[int(len(phrases) * random.random() ** 1.7)]


def _sectors():
    return {
        name: Sector.objects.get_or_create(
            name=name[0].upper() + name[1:], defaults={"slug": slugify(f"linh vuc {name}")}
        )[0]
        for name in FIELDS
    }


@transaction.atomic
def _write(batch, sectors, *, done, more_to_come):
    procedures, steps, cases, papers, results = [], [], [], [], []
    for place, (name, words, seed) in enumerate(batch, done - len(batch) + 1):
        random = Random(seed)
        procedure = Procedure(
            code=CODE.format(place),
            name=name,
            sector=sectors[words["field"]],
            levels=random.choice([[Level.COMMUNE], [Level.PROVINCE], [Level.MINISTRY]]),
            status=Procedure.Status.PUBLISHED,
            is_sample=True,
        )
        procedures.append(procedure)
        steps += [
            ProcedureStep(procedure=procedure, order=order, body=text.format(**words))
            for order, text in enumerate(random.sample(STEPS, 6))
        ]
        case = DossierCase(procedure=procedure)
        cases.append(case)
        papers += [
            RequiredDocument(case=case, order=order, name=text.format(**words))
            for order, text in enumerate(random.sample(PAPERS, 5))
        ]
        results.append(ProcedureResult(procedure=procedure, name=words["object"].capitalize()))
    for model, rows in [
        (Procedure, procedures),
        (ProcedureStep, steps),
        (DossierCase, cases),
        (RequiredDocument, papers),
        (ProcedureResult, results),
    ]:
        model.objects.bulk_create(rows)
    complete_procedures([procedure.pk for procedure in procedures], more_to_come=more_to_come)
