"""Addresses of import and versions, review, task table, consultation, and reported values."""

from django.urls import path, re_path

from gongjian.surfaces.web.plan import imports, review

urlpatterns = [
    path("plan/import/", imports.show, name="plan-import"),
    path("plan/versions/", imports.versions, name="plan-versions"),
    path("plan/<int:pk>/file/", imports.source, name="plan-file"),
    path("plan/<int:pk>/review/", review.show, name="plan-review"),
    path("plan/<int:pk>/review/add/", review.add, name="review-add"),
    path("plan/<int:pk>/review/merge/", review.merge, name="review-merge"),
    path("plan/<int:pk>/review/confirm-all/", review.confirm_all, name="review-confirm-all"),
    path("plan/<int:pk>/review/activate/", review.activate, name="review-activate"),
    path("review/<int:pk>/edit/", review.edit, name="review-edit"),
    path("review/<int:pk>/split/", review.split, name="review-split"),
    re_path(r"^review/(?P<pk>\d+)/(?P<verb>confirm|reject|reopen|owner)/$", review.act, name="review-act"),
]
