// The table, for a terminal.
#include <algorithm>
#include <array>
#include <cstdio>

#include "report.hpp"

namespace keepline::sim::herd {
namespace {

constexpr Moment for_ever = 1e12;

bool is_about_fetches(const Run& run) { return run.story.kind == StoryKind::redis; }

std::string share_of(std::uint64_t most, std::uint32_t concerned) {
  const double share = 100.0 * static_cast<double>(most) / concerned;
  return grouped(most) + " (" + decimals(share, share < 10 ? 2 : 1) + " %)";
}

std::string seconds_of(const Quantiles& times) {
  if (times.count == 0) return "-";
  const auto one = [](Moment ms) { return decimals(ms / 1000, 1); };
  return one(times.p50) + " / " + one(times.p95) + " / " + one(times.most);
}

std::string remarks_of(const Tally& tally) {
  std::string text;
  const auto add = [&text](std::uint64_t count, const char* what) {
    if (count == 0) return;
    if (!text.empty()) text.append(", ");
    text.append(grouped(count)).append(what);
  };
  add(tally.gave_up, " gave up");
  add(tally.not_back > tally.gave_up ? tally.not_back - tally.gave_up : 0, " not back");
  add(tally.abandoned, " dials timed out");
  add(tally.dropped, " first packets dropped");
  return text;
}

}  // namespace

std::string grouped(std::uint64_t value) {
  std::string text = std::to_string(value);
  for (std::size_t place = text.size(); place > 3; place -= 3) text.insert(place - 3, ",");
  return text;
}

std::string decimals(double value, int places) {
  char text[48];
  std::snprintf(text, sizeof text, "%.*f", places, value);
  return text;
}

Worst worst_of(const Run& run) {
  const auto& times = is_about_fetches(run) ? run.tally.fetches : run.tally.dials;
  return {worst_window(times, 0, first_until), worst_window(times, first_until, second_until),
          worst_window(times, second_until, for_ever)};
}

std::vector<Bar> bars_of(const Run& run) {
  const bool outage = run.story.kind == StoryKind::outage || run.story.kind == StoryKind::stop;
  if (!outage || run.client != machine_name) return {};
  const Worst worst = worst_of(run);
  const auto share = [&run](std::uint64_t most) {
    return 100.0 * static_cast<double>(most) / run.story.concerned;
  };
  return {{"worst 100 ms of the first 20 s, % of the clients", 1.5, share(worst.first)},
          {"worst 100 ms later, % of the clients", 0.9, share(std::max(worst.second, worst.later))},
          {"p95 back after the server, s", 20, quantiles_of(run.tally.usable_after).p95 / 1000,
           run.tally.not_back * 20 <= run.story.concerned}};
}

Row row_of(const Run& run) {
  const Worst worst = worst_of(run);
  return {.name = run.client,
          .concerned = grouped(run.story.concerned),
          .first = share_of(worst.first, run.story.concerned),
          .second = share_of(worst.second, run.story.concerned),
          .later = share_of(worst.later, run.story.concerned),
          .usable = seconds_of(quantiles_of(run.tally.usable_after)),
          .live = seconds_of(quantiles_of(run.tally.live_after)),
          .remarks = remarks_of(run.tally)};
}

std::string table_of(std::span<const Run> runs) {
  constexpr std::array widths{30, 9, 17, 17, 17, 20, 20, 0};
  std::string text;
  const auto line = [&](const std::array<std::string, widths.size()>& cells) {
    for (std::size_t cell = 0; cell < cells.size(); ++cell) {
      std::string padded = cells[cell];
      const auto width = static_cast<std::size_t>(widths[cell]);
      if (padded.size() < width) padded.resize(width, ' ');
      text.append(padded).append(cell + 1 < cells.size() ? "  " : "\n");
    }
  };
  const Run* above = nullptr;
  for (const Run& run : runs) {
    if (above == nullptr || above->story.kind != run.story.kind) {
      text.append("\n").append(title_of(run.story.kind)).append("\n");
      line({"", "clients", is_about_fetches(run) ? "fetches, <20 s" : "dials, <20 s", "20-60 s",
            "later", "usable after s", "live after s", ""});
    }
    above = &run;
    const Row row = row_of(run);
    line({row.name, row.concerned, row.first, row.second, row.later, row.usable, row.live,
          row.remarks});
  }
  text.append("\n");
  for (const Run& run : runs) {
    for (const Bar& bar : bars_of(run)) {
      text.append(bar.is_kept() ? "kept    " : "MISSED  ").append(to_string(run.story.kind));
      text.append(": ").append(bar.what).append(": ").append(decimals(bar.seen, 2));
      text.append(", bar ").append(decimals(bar.most, 1)).append("\n");
    }
  }
  text.append(
      "\nThe worst 100 ms of dials, and their share of the clients; p50 / p95 / the last to be "
      "back after the server is,\nand to miss nothing any more.\n");
  return text;
}

}  // namespace keepline::sim::herd
