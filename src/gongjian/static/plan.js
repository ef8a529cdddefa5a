// The plan page: the card over a promise, the date slider and the replay of the year.
(function () {
  "use strict";
  var live = document.getElementById("live"), card = document.getElementById("card");
  if (!live || !card) return;
  var timer = null, shownFor = null, cache = {};

  function asOf() { return document.getElementById("asof-day").value; }
  function address(day) {
    var url = new URL(location.href);
    url.searchParams.set("as_of", day);
    return url.pathname + url.search;
  }
  function dayAt(number) {
    var parts = live.dataset.since.split("-");
    var day = new Date(Date.UTC(+parts[0], +parts[1] - 1, +parts[2] + Number(number)));
    return day.toISOString().slice(0, 10);
  }

  // the card
  function place(anchor) {
    var box = anchor.getClientRects()[0] || anchor.getBoundingClientRect();
    var left = Math.max(12, Math.min(box.left + window.scrollX, window.scrollX + document.documentElement.clientWidth - card.offsetWidth - 16));
    var below = box.bottom + window.scrollY + 6, above = box.top + window.scrollY - card.offsetHeight - 6;
    var fits = box.bottom + card.offsetHeight + 12 < window.innerHeight;
    card.style.left = left + "px";
    card.style.top = (fits || above < window.scrollY + 60 ? below : above) + "px";
  }
  function open(anchor) {
    var id = anchor.dataset.card, key = id + "@" + asOf();
    shownFor = anchor;
    function show(html) {
      if (shownFor !== anchor) return;
      card.innerHTML = html;
      card.hidden = false;
      place(anchor);
    }
    if (cache[key]) return show(cache[key]);
    fetch("/commitment/" + id + "/card/?as_of=" + asOf(), { headers: { "HX-Request": "true" }, credentials: "same-origin" })
      .then(function (response) { if (!response.ok) throw new Error(response.status); return response.text(); })
      .then(function (html) { cache[key] = html; show(html); })
      .catch(function () { show('<p>暂时打不开这张卡片,请直接点开承诺。</p>'); });
  }
  function close() { shownFor = null; card.hidden = true; }
  function later(work, wait) { clearTimeout(timer); timer = setTimeout(work, wait); }
  document.addEventListener("mouseover", function (event) {
    var anchor = event.target.closest("[data-card]");
    if (anchor) { if (anchor !== shownFor) later(function () { open(anchor); }, 220); else clearTimeout(timer); }
    else if (event.target.closest("#card")) clearTimeout(timer);
    else if (shownFor) later(close, 260);
  });
  document.addEventListener("focusin", function (event) {
    var anchor = event.target.closest("[data-card]");
    if (anchor) later(function () { open(anchor); }, 120);
    else if (!event.target.closest("#card")) close();
  });
  document.addEventListener("keydown", function (event) { if (event.key === "Escape") close(); });

  // the slider: the page of that day replaces the living part
  var asked = 0;
  function go(day, push) {
    var ticket = ++asked, url = address(day);
    return fetch(url, { credentials: "same-origin" }).then(function (response) { return response.text(); }).then(function (html) {
      if (ticket !== asked) return;
      var fresh = new DOMParser().parseFromString(html, "text/html");
      var next = fresh.getElementById("live");
      if (!next) { location.href = url; return; }
      close();
      live.replaceWith(next);
      live = next;
      var side = fresh.getElementById("side");
      if (side) document.getElementById("side").innerHTML = side.innerHTML;
      if (push) history.pushState({ day: day }, "", url);
      wire();
    });
  }
  function wire() {
    var range = document.getElementById("asof-range"), field = document.getElementById("asof-day"), replay = document.getElementById("replay");
    range.addEventListener("input", function () { if (+range.value > +live.dataset.last) range.value = live.dataset.last; field.value = dayAt(range.value); });
    range.addEventListener("change", function () { var had = document.activeElement === range; go(dayAt(range.value), true).then(function () { if (had) document.getElementById("asof-range").focus(); }); });
    field.addEventListener("change", function () { if (field.value) go(field.value, true); });
    replay.hidden = false;
    replay.addEventListener("click", function () {
      if (playing) { playing = false; return; }
      playing = true;
      play(live.dataset.ends.split(" "), field.value);
    });
    replay.textContent = playing ? "■ 停止" : "▶ 回放全年";
  }
  var playing = false;
  function play(ends, until) {
    var days = ends.filter(function (day) { return day < until; });
    if (!days.length) days = ends.slice();
    days.push(until);
    function step() {
      if (!playing || !days.length) { playing = false; document.getElementById("replay").textContent = "▶ 回放全年"; return; }
      go(days.shift(), false).then(function () { setTimeout(step, 650); });
    }
    step();
  }
  window.addEventListener("popstate", function () { location.reload(); });
  wire();
})();
