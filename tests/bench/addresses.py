"""The back office's addresses, and the stock admin over the same table under /stock/."""

from django.contrib import admin
from django.http import StreamingHttpResponse
from django.urls import path

from ai_audit.models import Suggestion
from eventflow.urls import urlpatterns as own
from tests.bench.served import stock_lines

stock = admin.AdminSite(name="stock")


@admin.register(Suggestion, site=stock)
class StockAdmin(admin.ModelAdmin):
    """What one would write first."""

    list_display = (
        "id",
        "action_type",
        "execution_status",
        "event",
        "user",
        "approved_by",
        "created_at",
        "executed_at",
    )
    list_filter = ("execution_status", "action_type", "created_at", "event__organization")
    search_fields = ("action_data__proposed_state__title", "user__full_name")
    ordering = ("-created_at",)


def export(request):
    """The usual export: a queryset written row by row."""
    rows = int(request.GET["rows"])
    lines = stock_lines(Suggestion.objects.order_by("-created_at")[:rows])
    return StreamingHttpResponse(lines, content_type="text/csv")


urlpatterns = [*own, path("stock/", stock.urls), path("stock-export.csv", stock.admin_view(export))]
