"use strict";
(function () {
  var hours = 3600000;
  var made = new Date(document.getElementById("made").dateTime).getTime();
  var stale = document.getElementById("stale");
  function warnWhenOld() {
    var days = Math.floor((Date.now() - made) / (24 * hours));
    if (Date.now() - made > 26 * hours) {
      stale.textContent = "This report is " + (days === 1 ? "more than a day" : days + " days") + " old. It says nothing of last night.";
      stale.hidden = false;
    }
  }
  warnWhenOld();
  setInterval(warnWhenOld, hours);

  window.addEventListener("beforeprint", function () {
    document.querySelectorAll("details").forEach(function (part) { part.open = true; });
  });

  var table = document.getElementById("table");
  if (!table) { return; }
  var body = table.tBodies[0];
  var rows = Array.from(body.rows);
  var find = document.getElementById("find");
  var state = document.getElementById("state");
  var cluster = document.getElementById("cluster");
  var shown = document.getElementById("shown");

  function filter() {
    var words = find.value.toLowerCase().split(/\s+/).filter(Boolean);
    var count = 0;
    rows.forEach(function (row) {
      var text = row.dataset.text;
      row.hidden = !(words.every(function (word) { return text.includes(word); }) &&
        (!state.value || row.dataset.verdict === state.value) &&
        (!cluster || !cluster.value || row.dataset.cluster === cluster.value));
      count += row.hidden ? 0 : 1;
    });
    shown.textContent = count === rows.length ? rows.length + " shown" : count + " of " + rows.length + " shown";
  }

  function value(row, column, kind) {
    var text = row.cells[column].dataset.value;
    return kind === "number" ? Number(text) : text;
  }

  function sort(header, kind) {
    var down = header.getAttribute("aria-sort") === "ascending";
    table.querySelectorAll("[aria-sort]").forEach(function (other) { other.removeAttribute("aria-sort"); });
    header.setAttribute("aria-sort", down ? "descending" : "ascending");
    var column = header.cellIndex;
    rows.sort(function (one, two) {
      var a = value(one, column, kind), b = value(two, column, kind);
      var order = kind === "number" ? a - b : a.localeCompare(b, "en", { numeric: true });
      return down ? -order : order;
    });
    rows.forEach(function (row) { body.append(row); });
  }

  table.querySelectorAll("th[data-sort]").forEach(function (header) {
    var button = document.createElement("button");
    button.type = "button";
    button.className = "sort";
    button.textContent = header.textContent;
    button.addEventListener("click", function () { sort(header, header.dataset.sort); });
    header.replaceChildren(button);
  });
  [find, state, cluster].forEach(function (field) {
    if (field) { field.addEventListener("input", filter); }
  });
  document.getElementById("tools").hidden = false;
  filter();
}());
