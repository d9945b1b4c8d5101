"""The editor of rich text in a real Chromium under the portal's own content policy, and what it asks for."""

import re
from io import BytesIO

import pytest
from django.contrib.auth.models import Permission, User
from django.urls import reverse
from PIL import Image

from outreach.models import ArticleVersion, Picture
from portal.richtext import clean_html
from tests import axe
from tests import factories as make

EXCESS = "() => document.documentElement.scrollWidth - document.documentElement.clientWidth"
PASSWORD = "mat-khau-dai-12"

# As programs put it on the clipboard, shortened.
WORD = """<html xmlns:o="urn:schemas-microsoft-com:office:office" xmlns:w="urn:schemas-microsoft-com:office:word">
<head><meta name=Generator content="Microsoft Word 15"><style><!-- p.MsoNormal {font-size:13.0pt} --></style>
<!--[if gte mso 9]><xml><w:WordDocument><w:View>Normal</w:View></w:WordDocument></xml><![endif]--></head>
<body lang=VI style='tab-interval:.5in'><!--StartFragment-->
<h1 style='mso-pagination:none'><span style='font-family:"Times New Roman"'>Kết quả sáu tháng<o:p></o:p></span></h1>
<p class=MsoNormal style='text-indent:.5in'><b><span style='color:red'>Toàn tỉnh</span></b> tiếp nhận
<i>12.345</i> hồ sơ.<o:p></o:p></p>
<p class=MsoNormal><o:p>&nbsp;</o:p></p>
<p class=MsoListParagraphCxSpFirst style='mso-list:l0 level1 lfo1'><![if !supportLists]><span style='font-family:Symbol'><span
style='mso-list:Ignore'>·<span style='font:7.0pt "Times New Roman"'>&nbsp;&nbsp; </span></span></span><![endif]>Trực tiếp</p>
<p class=MsoListParagraphCxSpMiddle style='mso-list:l0 level2 lfo1'><![if !supportLists]><span><span style='mso-list:Ignore'>o<span>&nbsp;
</span></span></span><![endif]>Tại xã</p>
<p class=MsoListParagraphCxSpLast style='mso-list:l0 level1 lfo1'><![if !supportLists]><span><span style='mso-list:Ignore'>·<span>&nbsp;
</span></span></span><![endif]>Trực tuyến</p>
<p class=MsoListParagraph style='mso-list:l1 level1 lfo2'><![if !supportLists]><span><span style='mso-list:Ignore'>1.<span>&nbsp;
</span></span></span><![endif]>Nhanh hơn</p>
<table class=MsoTableGrid border=1 style='border-collapse:collapse;mso-yfti-tbllook:1184'>
<tr style='mso-yfti-irow:0'><td width=200 style='width:2in'><p class=MsoNormal align=center><b>Xã</b></p></td><td><p><b>Hồ sơ</b></p></td></tr>
<tr><td><p class=MsoNormal>Tân Thuận</p></td><td><p class=MsoNormal>120</p></td></tr>
<tr><td><p class=MsoNormal>Đất Mũi</p></td><td><p class=MsoNormal><o:p>&nbsp;</o:p></p></td></tr></table>
<!--EndFragment--></body></html>"""
FROM_WORD = (
    "<h2>Kết quả sáu tháng</h2><p><strong>Toàn tỉnh</strong> tiếp nhận <em>12.345</em> hồ sơ.</p>"
    "<ul><li>Trực tiếp<ul><li>Tại xã</li></ul></li><li>Trực tuyến</li></ul><ol><li>Nhanh hơn</li></ol>"
    '<table><thead><tr><th scope="col">Xã</th><th scope="col">Hồ sơ</th></tr></thead>'
    "<tbody><tr><td>Tân Thuận</td><td>120</td></tr><tr><td>Đất Mũi</td><td></td></tr></tbody></table>"
)
GOOGLE = """<meta charset="utf-8"><b style="font-weight:normal;" id="docs-internal-guid-1"><h2 dir="ltr"><span
style="font-size:16pt;font-weight:400">Việc đã làm</span></h2><p dir="ltr" style="line-height:1.38"><span style="font-weight:700">Đậm</span><span
style="font-weight:400"> thường </span><span style="font-style:italic">nghiêng</span></p><br><ul><li dir="ltr" style="list-style-type:disc"
aria-level="1"><p dir="ltr" role="presentation"><span>Một</span></p></li></ul></b>"""
FROM_GOOGLE = (
    "<h2>Việc đã làm</h2><p><strong>Đậm</strong> thường <em>nghiêng</em></p><ul><li>Một</li></ul>"
)
WEB = """<div class="post" style="color:#333"><style>.post {color: red}</style><script>document.title = "hỏng"</script>
<div><div><h4>Tin</h4><div>Đoạn <a href="https://baochinhphu.vn/tin?utm_source=zalo&id=5" onclick="alert(1)" target="_blank">một</a></div></div>
<p style="display:none">ẩn</p><img src="https://theo-doi.example/1.gif" width="1" height="1"><img src="https://anh.example/a.jpg" alt="ảnh">
<iframe src="https://quang-cao.example"></iframe><a href="javascript:alert(1)">xấu</a></div></div>"""
FROM_WEB = '<h4>Tin</h4><p>Đoạn <a href="https://baochinhphu.vn/tin?id=5">một</a></p><p>xấu</p>'
PASTE = """html => {
    const clipboardData = new DataTransfer();
    clipboardData.setData("text/html", html);
    document.querySelector(".editor__text").dispatchEvent(
        new ClipboardEvent("paste", {clipboardData, bubbles: true, cancelable: true}));
}"""

PASTE_FILE = """() => {
    const clipboardData = new DataTransfer();
    clipboardData.items.add(new File(["x"], "anh.png", {type: "image/png"}));
    document.querySelector(".editor__text").dispatchEvent(
        new ClipboardEvent("paste", {clipboardData, bubbles: true, cancelable: true}));
}"""


def png():
    drawn = BytesIO()
    Image.new("RGB", (800, 600), "#3a6").save(drawn, "PNG")
    return drawn.getvalue()


@pytest.fixture
def category(transactional_db):
    make.make_agency("Ủy ban nhân dân tỉnh Cà Mau", owns_portal=True)
    return make.make_category()


@pytest.fixture
def open_editor(new_page, category):
    """A function that opens a new article as a writer, and notes each complaint of the browser."""

    def open_editor(**options):
        page = new_page(**options)
        page.complaints = []
        page.on(
            "console",
            lambda m: m.type in {"error", "warning"} and page.complaints.append(m.text),
        )
        page.on("pageerror", lambda error: page.complaints.append(str(error)))
        User.objects.create_superuser("vanthu", password=PASSWORD)
        page.goto(reverse("admin:login"))
        page.fill("#id_username", "vanthu")
        page.fill("#id_password", PASSWORD)
        page.click("input[type=submit]")
        page.wait_for_selector("#user-tools")
        page.goto(reverse("admin:outreach_article_add"))
        page.locator(".editor__text").wait_for()
        return page

    return open_editor


def save(page, category):
    page.fill("[name=title]", "Bài thử trình soạn thảo")
    page.fill("[name=lead]", "Lời dẫn.")
    page.select_option("[name=category]", str(category.pk))
    page.click("input[name=_save]")
    page.wait_for_selector(".messagelist .success")
    return ArticleVersion.objects.latest("pk").body


def test_what_is_pasted_keeps_its_structure_and_loses_its_looks(open_editor, category):
    page = open_editor()
    cleaned = []
    for pasted in [WEB, GOOGLE, WORD]:
        page.click(".editor__text")
        page.keyboard.press("Control+A")
        page.evaluate(PASTE, pasted)
        cleaned.append(clean_html(page.input_value("[name=body]")))
    page.evaluate(PASTE_FILE)
    told = page.locator(".editor [role=status]").inner_text()

    body = save(page, category)

    assert cleaned == [FROM_WEB, FROM_GOOGLE, FROM_WORD]
    assert body == FROM_WORD
    assert told.startswith("Ảnh không dán theo được")
    assert page.complaints == []


def test_a_text_is_written_with_all_that_it_may_hold_and_opens_again_as_it_was(
    open_editor, category
):
    procedure = make.make_procedure(name="Đăng ký khai sinh", code="1.001193")
    file = make.make_library_file("Mẫu tờ khai")
    page = open_editor()
    button = page.get_by_role("toolbar").get_by_role("button", name="Đề mục", exact=True)
    dialog = page.locator("dialog[open]")
    writing = page.locator(".editor__text:focus")

    page.get_by_role("textbox", name="Nội dung").click()
    # By keyboard alone: up to the toolbar, along it, and back.
    page.keyboard.press("Alt+F10")
    assert button.evaluate("e => e === document.activeElement")
    page.keyboard.press("Enter")
    page.keyboard.type("Ai được giảm")
    page.keyboard.press("Enter")
    page.keyboard.type("Xem ")
    page.keyboard.press("Control+k")
    dialog.get_by_label("Tìm trang của Cổng").fill("dang ky KHAI")
    dialog.get_by_role("button", name="1.001193").click()
    dialog.get_by_label("Chữ hiện ra").fill("thủ tục khai sinh")
    page.keyboard.press("Enter")
    writing.wait_for()
    page.keyboard.type(" và ")
    page.click("text=Tệp")
    dialog.get_by_role("button", name="Mẫu tờ khai").click()
    dialog.get_by_role("button", name="Đặt tệp").click()
    writing.wait_for()
    page.keyboard.press("Enter")
    page.click("text=Danh sách")
    page.keyboard.type("một")
    page.keyboard.press("Enter")
    page.keyboard.press("Control+]")
    page.keyboard.type("hai")
    for _ in range(3):
        page.keyboard.press("Enter")
    page.click("text=Bảng")
    dialog.get_by_label("Tên bảng").fill("Mức giảm")
    dialog.get_by_label("Số cột").fill("2")
    dialog.get_by_label("Số hàng").fill("2")
    dialog.get_by_label("Cột đầu").check()
    page.keyboard.press("Enter")
    writing.wait_for()
    for word in ["Xã", "Giảm", "Đất Mũi", "50%"]:
        page.keyboard.type(word)
        page.keyboard.press("Tab")
    # Behind the last cell the Tab key leaves the table, and the text.
    assert page.evaluate("document.activeElement.closest('.editor__text')") is None
    page.click(".editor__text > p:last-child")
    page.click("text=Ảnh >> nth=0")
    dialog.get_by_role("button", name="Đặt ảnh").click()
    assert "Xin chọn một ảnh" in dialog.get_by_role("status").inner_text()
    dialog.get_by_label("Tệp ảnh").set_input_files(
        {"name": "dam-tom.png", "mimeType": "image/png", "buffer": png()}
    )
    dialog.get_by_role("button", name="Tải ảnh lên").click()
    dialog.get_by_text("Đã chọn").wait_for()
    dialog.get_by_role("button", name="Đặt ảnh").click()
    # Nobody forgets the description by the way.
    assert dialog.get_by_label("Ảnh cho thấy gì?").evaluate("e => e.matches(':invalid')")
    dialog.get_by_label("Ảnh chỉ để trang trí").check()
    dialog.get_by_role("button", name="Đặt ảnh").click()
    writing.wait_for()
    page.keyboard.type("Đầm tôm")
    page.keyboard.press("Enter")
    page.click("text=Toàn màn hình")
    page.keyboard.type("Hết.")
    page.keyboard.press("Escape")
    body = save(page, category)
    page.goto(
        reverse("admin:outreach_article_change", args=[ArticleVersion.objects.get().article_id])
    )
    page.click(".editor__text")
    page.keyboard.type("a")
    page.keyboard.press("Backspace")

    key = Picture.objects.get().key
    assert body == (
        f'<h2>Ai được giảm</h2><p>Xem <a href="{procedure.get_absolute_url()}">thủ tục khai sinh</a> và '
        f'<a href="/tep/{file.key}/">Mẫu tờ khai</a></p><ul><li>một<ul><li>hai</li></ul></li></ul>'
        '<table><caption>Mức giảm</caption><thead><tr><th scope="col">Xã</th><th scope="col">Giảm</th></tr></thead>'
        '<tbody><tr><th scope="row">Đất Mũi</th><td>50%</td></tr></tbody></table>'
        f'<figure><img src="/hinh-anh/{key}/w1280.webp" alt="" role="presentation"><figcaption>Đầm tôm</figcaption>'
        "</figure><p>Hết.</p>"
    )
    assert clean_html(page.input_value("[name=body]")) == body
    assert page.complaints == []


def test_who_types_before_the_editor_has_come_goes_on_in_it(open_editor):
    page = open_editor()
    held = []
    page.route("**/django_prose_editor/editor.js", lambda route: held.append(route))
    page.reload()
    page.get_by_role("textbox", name="Nội dung").click()
    page.keyboard.type("Trước")
    held.pop().continue_()
    page.locator(".editor__text").wait_for()
    page.keyboard.type(" và sau")

    assert page.input_value("[name=body]") == "<p>Trước và sau</p>"


def test_axe_finds_nothing_in_the_editor_and_its_dialogs(open_editor):
    make.make_picture("Đầm tôm", alt="Đầm tôm lúc chiều")
    page = open_editor()
    page.click(".editor__text")
    page.evaluate(PASTE, WORD)
    page.click(".editor__text td >> nth=0")
    faults = []

    for width, theme, opened in [
        (1280, "light", [None, "Ảnh"]),
        (360, "dark", [None, "Liên kết", "Ảnh", "Tệp", "Bảng"]),
    ]:
        page.set_viewport_size({"width": width, "height": 800})
        page.emulate_media(color_scheme=theme)
        for name in opened:
            if name:
                page.get_by_role("toolbar").get_by_role("button", name=name, exact=True).click()
                page.wait_for_load_state("networkidle")
            found = axe.faults(page)
            if page.evaluate(EXCESS):
                found.append("the page is too wide")
            faults += [f"{width} {theme} {name} {fault}" for fault in found]
            if name:
                page.keyboard.press("Escape")

    assert faults == []
    assert page.evaluate("document.activeElement.className").startswith("tiptap")


def test_without_script_the_textarea_is_there_and_cleaned_the_same(admin_client):
    category = make.make_category()
    page = admin_client.get(reverse("admin:outreach_article_add"))
    sent = {"title": "Không có mã", "lead": "Lời dẫn.", "category": category.pk, "language": "vi"}
    sent["body"] = '<h1 onclick="x()">Mục</h1>chữ<script>hỏng()</script>'
    admin_client.post(reverse("admin:outreach_article_add"), sent)

    assert re.search(r'<textarea name="body"(?![^>]*(?:hidden|required))', page.content.decode())
    assert ArticleVersion.objects.get().body == "<h2>Mục</h2><p>chữ</p>"


def choices(client, q):
    answer = client.get(reverse("admin:outreach_link_choices"), {"q": q})
    assert answer.status_code == 200
    return {(row["kind"], row["title"]): row["url"] for row in answer.json()["results"]}


def test_pages_to_link_to_are_found_by_words_without_accents(admin_client):
    procedure = make.make_procedure(name="Cấp lại thẻ nhà báo", code="1.000101")
    make.make_procedure(name="Thẻ nhà báo, bản thảo", status="draft")
    public = make.make_article("Thẻ nhà báo mới", language="en")
    draft = make.make_draft("Thẻ nhà báo sắp có")
    material = make.make_material("Tờ rơi thẻ nhà báo")
    make.make_material("Thẻ nhà báo, nội bộ", collection=make.make_collection(is_private=True))
    law = make.make_legal_document(number="15/2026/NĐ-CP", title="Quy định thẻ nhà báo")

    assert choices(admin_client, "the nha  BAO") == {
        ("Thủ tục", "1.000101 Cấp lại thẻ nhà báo"): procedure.get_absolute_url(),
        ("Tin bài", "Thẻ nhà báo mới"): f"/en/tin-tuc/{public.article.slug}/",
        ("Tin bài chưa đăng", "Thẻ nhà báo sắp có"): draft.get_absolute_url(),
        ("Tài liệu", "Tờ rơi thẻ nhà báo"): material.get_absolute_url(),
        ("Văn bản", "15/2026/NĐ-CP Quy định thẻ nhà báo"): law.get_absolute_url(),
    }
    assert list(choices(admin_client, "1.000101")) == [("Thủ tục", "1.000101 Cấp lại thẻ nhà báo")]
    assert choices(admin_client, "  ") == {}


def test_of_many_pages_of_a_kind_few_are_offered(admin_client):
    for number in range(8):
        make.make_procedure(name=f"Cấp phép {number}")

    assert len(choices(admin_client, "cap phep")) == 6


@pytest.mark.parametrize(("permission", "status"), [("view_article", 403), ("add_article", 200)])
def test_only_those_who_write_articles_choose_pages(client, django_user_model, permission, status):
    user = django_user_model.objects.create_user("canbo", is_staff=True)
    user.user_permissions.add(Permission.objects.get(codename=permission))
    address = reverse("admin:outreach_link_choices")
    assert client.get(address, {"q": "phép"}).status_code == 302
    client.force_login(user)

    assert client.get(address, {"q": "phép"}).status_code == status
