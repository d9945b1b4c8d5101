app_name = "feedback"

urlpatterns = [
    # Phản ánh, kiến nghị
    # Tra cứu
    # Sổ biên nhận
    # Kênh tiếp nhận
]
