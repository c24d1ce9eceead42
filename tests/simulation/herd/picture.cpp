// The picture: what every client's dials look like in an outage, and each story of the machine in
// curves. Plain SVG that follows the reader's light or dark mode.
#include <algorithm>
#include <functional>

#include "report.hpp"

namespace keepline::sim::herd {
namespace {

constexpr double width = 900;
constexpr double margin = 16;
constexpr double label_width = 210;
constexpr double value_width = 170;
constexpr double plot_left = margin + label_width;
constexpr double plot_width = width - 2 * margin - label_width - value_width;
constexpr double title_height = 34;
constexpr double strip_height = 28;
constexpr double strip_gap = 8;
constexpr double axis_height = 18;

constexpr std::string_view style =
    "text{font:12px system-ui,sans-serif;fill:#1f2328}.title{font-size:14px;font-weight:600}"
    ".dials{fill:#8c959f}.ours{fill:#1a7f37}.resumes{fill:#0969da}.fetches{fill:#9a6700}"
    ".share{fill:none;stroke:#1a7f37;stroke-width:1.5}.live{stroke-dasharray:4 3;stroke:#0969da}"
    ".axis{stroke:#8c959f;stroke-width:.5}.back{stroke:#cf222e;stroke-dasharray:2 2}"
    "@media(prefers-color-scheme:dark){text{fill:#e6edf3}.dials{fill:#7d8590}.ours{fill:#3fb950}"
    ".resumes{fill:#58a6ff}.fetches{fill:#d29922}.share{stroke:#3fb950}.live{stroke:#58a6ff}"
    ".axis{stroke:#7d8590}.back{stroke:#f85149}}";

using Part = std::function<double(const Second&)>;

// What is drawn from the top to the bottom.
class Sheet {
 public:
  void title(std::string_view text) {
    y_ += title_height;
    put("<text class=\"title\" x=\"" + at(margin) + "\" y=\"" + at(y_ - 10) + "\">" +
        std::string(text) + "</text>");
  }

  // `until`: the last second on the right.
  void begin(const Run& run, std::size_t until) {
    run_ = &run;
    until_ = until;
  }

  void bars(std::string_view kind, std::string_view label, const std::string& value,
            const Part& part) {
    const double most = std::max(1.0, most_of(part));
    std::string path;
    for (std::size_t second = 0; second < shown(); ++second) {
      const double height = part(run_->tally.seconds[second]) / most * strip_height;
      if (height <= 0) continue;
      path += "M" + at(x_of(second)) + " " + at(y_ + strip_height) + "v-" + at(height) + "h" +
              at(bar_width()) + "v" + at(height) + "z";
    }
    put("<path class=\"" + std::string(kind) + "\" d=\"" + path + "\"/>");
    finish(label, value);
  }

  void lines(std::string_view label, const std::string& value, const Part& upper,
             const Part& lower) {
    line("share", upper);
    line("share live", lower);
    finish(label, value);
  }

  void axis() {
    const std::size_t step = until_ > 120 ? 30 : until_ > 40 ? 10 : 2;
    for (std::size_t second = 0; second <= until_; second += step) {
      put("<text text-anchor=\"middle\" x=\"" + at(x_of(second)) + "\" y=\"" + at(y_ + 8) + "\">" +
          std::to_string(second) + (second == 0 ? " s" : "") + "</text>");
    }
    y_ += axis_height;
  }

  double height() const { return y_ + margin; }
  const std::string& text() const { return text_; }

 private:
  static std::string at(double value) { return decimals(value, 1); }
  void put(const std::string& shape) { text_.append(shape).append("\n"); }
  std::size_t shown() const { return std::min(until_, run_->tally.seconds.size()); }
  double bar_width() const { return plot_width / static_cast<double>(until_); }
  double x_of(std::size_t second) const {
    return plot_left + static_cast<double>(second) * bar_width();
  }

  double most_of(const Part& part) const {
    double most = 0;
    for (std::size_t second = 0; second < shown(); ++second) {
      most = std::max(most, part(run_->tally.seconds[second]));
    }
    return most;
  }

  // Of the clients that the run is about; the others are there all the time.
  void line(std::string_view kind, const Part& part) {
    const double all = run_->story.concerned;
    const double others = most_of(part) - all;
    std::string path = "M" + at(plot_left) + " " + at(y_);
    for (std::size_t second = 0; second < shown(); ++second) {
      const double share = (part(run_->tally.seconds[second]) - std::max(others, 0.0)) / all;
      path += "L" + at(x_of(second + 1)) + " " +
              at(y_ + strip_height * (1 - std::clamp(share, 0.0, 1.0)));
    }
    put("<path class=\"" + std::string(kind) + "\" d=\"" + path + "\"/>");
  }

  void finish(std::string_view label, const std::string& value) {
    const double bottom = y_ + strip_height;
    put("<path class=\"axis\" d=\"M" + at(plot_left) + " " + at(bottom) + "h" + at(plot_width) +
        "\"/>");
    const auto back = static_cast<std::size_t>(run_->story.back_at / 1000);
    if (back > 0 && back < until_) {
      put("<path class=\"back\" d=\"M" + at(x_of(back)) + " " + at(y_) + "v" + at(strip_height) +
          "\"/>");
    }
    put("<text x=\"" + at(margin) + "\" y=\"" + at(bottom - 8) + "\">" + std::string(label) +
        "</text>");
    put("<text x=\"" + at(plot_left + plot_width + 10) + "\" y=\"" + at(bottom - 8) + "\">" +
        value + "</text>");
    y_ = bottom + strip_gap;
  }

  std::string text_;
  double y_ = 0;
  const Run* run_ = nullptr;
  std::size_t until_ = 1;
};

double dials(const Second& second) { return static_cast<double>(second.dials); }
double usable(const Second& second) { return static_cast<double>(second.usable); }
double live(const Second& second) { return static_cast<double>(second.live); }

template <class Count>
std::string most_a_second(const Run& run, Count Second::*part) {
  std::uint64_t most = 0;
  for (const Second& second : run.tally.seconds) {
    most = std::max<std::uint64_t>(most, static_cast<std::uint64_t>(second.*part));
  }
  return "at most " + grouped(most);
}

void draw_outage(Sheet& sheet, std::span<const Run> runs) {
  constexpr std::size_t until = 100;
  bool drawn = false;
  for (const Run& run : runs) {
    if (run.story.kind != StoryKind::outage) continue;
    if (!drawn) sheet.title("Dials a second in an outage, each against its own most");
    drawn = true;
    sheet.begin(run, until);
    sheet.bars(run.client == machine_name ? "ours" : "dials", run.client,
               most_a_second(run, &Second::dials), dials);
  }
  if (drawn) sheet.axis();
}

void draw_story(Sheet& sheet, const Run& run) {
  sheet.title(title_of(run.story.kind));
  sheet.begin(run, std::max<std::size_t>(run.tally.seconds.size(), 2));
  if (run.story.kind == StoryKind::redis) {
    sheet.bars("fetches", "snapshots a second", most_a_second(run, &Second::fetches),
               [](const Second& second) { return static_cast<double>(second.fetches); });
  } else {
    sheet.bars("ours", "dials a second", most_a_second(run, &Second::dials), dials);
    sheet.bars("resumes", "resumes a second", most_a_second(run, &Second::resumes),
               [](const Second& second) { return static_cast<double>(second.resumes); });
    sheet.bars("resumes", "events repeated a second", most_a_second(run, &Second::events),
               [](const Second& second) { return static_cast<double>(second.events); });
  }
  sheet.lines("clients with a link, and up to date", "of " + grouped(run.story.concerned), usable,
              live);
  sheet.axis();
}

}  // namespace

std::string picture_of(std::span<const Run> runs) {
  Sheet sheet;
  draw_outage(sheet, runs);
  for (const Run& run : runs) {
    if (run.client == machine_name) draw_story(sheet, run);
  }
  const std::string size = decimals(width, 0) + " " + decimals(sheet.height(), 0);
  return "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 " + size +
         "\" role=\"img\" aria-label=\"Dials, resumes, replays and recovery of a herd over time\">"
         "\n<style>" +
         std::string(style) + "</style>\n" + sheet.text() + "</svg>\n";
}

}  // namespace keepline::sim::herd
