// The section of docs/figures.md: what was asked, the outage beside other clients, every story of
// the machine, and the bars.
#include "report.hpp"

namespace keepline::sim::herd {
namespace {

std::string cells(std::initializer_list<std::string> texts) {
  std::string line = "|";
  for (const std::string& text : texts) line.append(" ").append(text).append(" |");
  return line + "\n";
}

std::string plain(double value) { return grouped(static_cast<std::uint64_t>(value)); }

std::string model_of(const Settings& settings) {
  return plain(settings.clients) + " clients before " + plain(double(settings.node_count())) +
         " nodes. Each takes " + plain(settings.accepts) + " dials a second, has a backlog of " +
         plain(settings.backlog) + ", and one processor that a dial costs " +
         decimals(settings.token_ms, 1) + " ms, a resume " + decimals(settings.resume_ms, 1) +
         " ms and\n" + decimals(settings.event_ms * 1000, 0) + " µs an event, a snapshot " +
         decimals(settings.fetch_ms, 1) + " ms. The network takes " + plain(settings.latency_ms) +
         " to " + plain(settings.latency_ms + settings.latency_more_ms) +
         " ms one way. The nodes are back after " + plain(settings.down_s.front()) + " s.\n";
}

std::string bold(const Run& run, const std::string& text) {
  return run.client == machine_name ? "**" + text + "**" : text;
}

std::string outage_rows(std::span<const Run> runs) {
  std::string text =
      "| outage, nobody told | worst 100 ms of dials, first 20 s | 20–60 s | later | back after "
      "the server: p50 / p95 / the last, s | |\n|---|---:|---:|---:|---:|---|\n";
  for (const Run& run : runs) {
    if (run.story.kind != StoryKind::outage) continue;
    const Row row = row_of(run);
    text += cells({bold(run, row.name), row.first, row.second, row.later, row.usable, row.remarks});
  }
  return text;
}

std::string story_rows(std::span<const Run> runs) {
  std::string text =
      "| Keepline | clients | worst 100 ms of dials (snapshots in `redis`), first 20 s | 20–60 s | "
      "later | a link: p50 / p95 / the last, s | up to date, s |\n"
      "|---|---:|---:|---:|---:|---:|---:|\n";
  for (const Run& run : runs) {
    if (run.client != machine_name) continue;
    const Row row = row_of(run);
    text += cells({std::string(title_of(run.story.kind)), row.concerned, row.first, row.second,
                   row.later, row.usable, row.live});
  }
  return text;
}

std::string bar_rows(std::span<const Run> runs) {
  std::string text = "| bar | at most | seen | kept |\n|---|---:|---:|---|\n";
  for (const Run& run : runs) {
    for (const Bar& bar : bars_of(run)) {
      text +=
          cells({std::string(title_of(run.story.kind)) + ": " + std::string(bar.what),
                 decimals(bar.most, 1), decimals(bar.seen, 2), bar.is_kept() ? "yes" : "**no**"});
    }
  }
  return text;
}

}  // namespace

std::string section_of(const Settings& settings, std::span<const Run> runs) {
  return model_of(settings) + "\n" + outage_rows(runs) + "\n" + story_rows(runs) + "\n" +
         bar_rows(runs);
}

}  // namespace keepline::sim::herd
