// Small behaviours that all pages share; every page also works without this file, except the review by keyboard.
(function () {
  "use strict";
  function toggle(opener, open) {
    var box = document.getElementById(opener.dataset.toggle);
    if (!box) return;
    var isOpen = box.classList.toggle("open", open);
    opener.setAttribute("aria-expanded", isOpen ? "true" : "false");
    if (isOpen) { var first = box.querySelector("a, button"); if (first) first.focus(); }
  }
  document.addEventListener("click", function (event) {
    var opener = event.target.closest("[data-toggle]");
    if (opener) { event.preventDefault(); toggle(opener); }
    var back = event.target.closest("[data-back]");
    if (back && history.length > 1) { event.preventDefault(); history.back(); }
    if (event.target.closest("[data-print]")) window.print();
  });
  document.addEventListener("keydown", function (event) {
    if (event.key !== "Escape") return;
    document.querySelectorAll("[data-toggle][aria-expanded=true]").forEach(function (opener) {
      toggle(opener, false);
      opener.focus();
    });
  });
  document.addEventListener("change", function (event) {
    if (event.target.matches("[data-submit]")) event.target.form.requestSubmit();
  });
  document.addEventListener("submit", function (event) {
    var form = event.target;
    var question = form.dataset.confirm;
    if (question && !window.confirm(question)) { event.preventDefault(); return; }
    var button = event.submitter;
    // only acts are held back from being sent twice; a download leaves the page as it is
    if (!form.dataset.busy || !button || button.value === "marks" || button.value === "edit") return;
    window.setTimeout(function () {
      form.querySelectorAll("button").forEach(function (other) { other.disabled = true; });
      button.textContent = form.dataset.busy;
    }, 0);
  });
  window.addEventListener("pageshow", function (event) {
    if (event.persisted) document.querySelectorAll("form[data-busy] button").forEach(function (button) { button.disabled = false; });
  });
  document.addEventListener("htmx:responseError", function (event) {
    var strip = document.getElementById("strip");
    if (!strip) return;
    var answer = event.detail.xhr.responseText;
    if (answer.indexOf('class="refusal"') > -1 && answer.indexOf("<html") < 0) { strip.innerHTML = answer; return; }
    say(strip, "系统没有完成这一步。", "请稍后重试;如反复出现,请告诉系统管理员。");
  });
  document.addEventListener("htmx:sendError", function () {
    var strip = document.getElementById("strip");
    if (strip) say(strip, "连不上服务器,刚才的操作没有送达。", "请检查网络后重试。");
  });
  function say(strip, cause, remedy) {
    var box = document.createElement("div");
    var strong = document.createElement("strong");
    box.className = "refusal";
    strong.textContent = cause;
    box.append(strong, " " + remedy);
    strip.replaceChildren(box);
  }
})();
