// A long page is folded on a phone. What if: the answer follows the slider and the typing; without this file the button does it. And a link to a folded part unfolds it.
(function () {
  "use strict";
  function unfold() {
    var there = location.hash.length > 1 && document.getElementById(decodeURIComponent(location.hash.slice(1)));
    if (!there) return;
    var own = there.querySelector("details.fold");
    if (own) own.open = true;
    if (there.tagName === "DETAILS") there.open = true;
    for (var up = there.parentElement; up; up = up.parentElement) if (up.tagName === "DETAILS") up.open = true;
    there.scrollIntoView();
  }
  if (window.matchMedia("(max-width: 760px)").matches) {
    document.querySelectorAll(".part > details.fold").forEach(function (part) { part.open = false; });
  }
  window.addEventListener("hashchange", unfold);
  document.querySelectorAll(".jump a").forEach(function (link) {
    link.addEventListener("click", function () { if (link.hash === location.hash) unfold(); });
  });
  unfold();

  var form = document.querySelector("form[data-live]"), waiting = null, asked = 0;
  if (!form || !window.fetch) return;
  form.querySelectorAll("input[type=range]").forEach(function (range) {
    var number = document.getElementById(range.dataset.for);
    range.hidden = false;
    range.addEventListener("input", function () { number.value = range.value; });
    number.addEventListener("input", function () {
      var value = Number(number.value.replace(/,/g, ""));
      if (number.value.trim() === "" || !isFinite(value)) return;
      if (value > Number(range.max)) range.max = value;
      range.value = value;
    });
  });
  function address() {
    var told = new URLSearchParams();
    new FormData(form).forEach(function (value, name) { told.append(name, value); });
    return location.pathname + "?" + told.toString();
  }
  function ask() {
    var mine = ++asked, place = address(), answer = document.getElementById("answer");
    answer.classList.add("waiting");
    fetch(place, { headers: { "X-Requested-With": "fetch" } }).then(function (reply) { return reply.text(); }).then(function (text) {
      if (mine !== asked) return;
      var page = new DOMParser().parseFromString(text, "text/html"), fresh = page.getElementById("answer");
      if (!fresh) { location.assign(place); return; }
      document.getElementById("answer").replaceWith(fresh);
      page.querySelectorAll(".fact").forEach(function (one) {
        var field = one.querySelector("[name]"), here = field && document.getElementById(field.id);
        if (!here) return;
        var box = here.closest(".fact"), help = box.querySelector(".help"), told = one.querySelector(".help");
        box.className = one.className;
        if (help) help.remove();
        if (told) box.appendChild(told);
      });
      history.replaceState(null, "", place);
    }).catch(function () { document.getElementById("answer").classList.remove("waiting"); });
  }
  form.addEventListener("input", function () { window.clearTimeout(waiting); waiting = window.setTimeout(ask, 120); });
})();
