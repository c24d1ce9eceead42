#include "settings.hpp"

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <optional>

#include "arguments.hpp"
#include "story.hpp"

namespace keepline::sim::herd {
namespace {

struct Number {
  std::string_view name;
  double Settings::*value;
  double min;
  double max;
  bool whole;
  std::string_view what;
};

constexpr Number numbers[] = {
    {"--clients", &Settings::clients, 1, clients_max, true, "clients"},
    {"--seed", &Settings::seed, 0, 1e15, true, "of everything random; the same gives the same"},
    {"--nodes", &Settings::nodes, 0, 1000, true,
     "server nodes; 0: one for 10,000 clients, two at least"},
    {"--accepts", &Settings::accepts, 1, 1e6, false,
     "dials that a node takes in a second; further ones wait in its backlog"},
    {"--backlog", &Settings::backlog, 1, 1e6, true,
     "dials that wait; of more the kernel drops the first packet, and TCP sends it again"},
    {"--token-ms", &Settings::token_ms, 0, 1e4, false,
     "processor time of a node for a dial: its token and its greeting"},
    {"--resume-ms", &Settings::resume_ms, 0, 1e4, false, "processor time for a resume"},
    {"--event-ms", &Settings::event_ms, 0, 1e4, false, "and for each event that it repeats"},
    {"--fetch-ms", &Settings::fetch_ms, 0, 1e4, false,
     "processor time for a snapshot, which is fetched after a gap"},
    {"--latency-ms", &Settings::latency_ms, 0, 1e4, false, "one way, of the nearest client"},
    {"--latency-more-ms", &Settings::latency_more_ms, 0, 1e4, false, "and the farthest's so much"},
    {"--wait-ms", &Settings::wait_ms, 100, 600000, false, "the machines' backoff.initialMs"},
    {"--wait-max-ms", &Settings::wait_max_ms, 100, 600000, false, "their backoff.maxMs"},
    {"--jitter", &Settings::jitter, 0, 1, false, "their backoff.jitter"},
    {"--events", &Settings::events, 0, 100, false, "events a second that a client is away from"},
    {"--heartbeat-ms", &Settings::heartbeat_ms, 0, 120000, false,
     "between pings, by the server's wish; 0: it has none"},
    {"--drain-ms", &Settings::drain_ms, 0, 300000, false,
     "deploy: a node sends its clients away over so long"},
    {"--hint-after-ms", &Settings::hint_after_ms, 0, 300000, false,
     "deploy, and an outage that is told: retryAfterMs"},
    {"--hint-spread-ms", &Settings::hint_spread_ms, 0, 300000, false, "the same: spreadMs"},
    {"--restart-s", &Settings::restart_s, 0, 600, false,
     "deploy: until a node is there again, and the next one goes"},
    {"--gap-spread-ms", &Settings::gap_spread_ms, 0, 300000, false,
     "spreadMs of a gap that is one for all"},
    {"--office-clients", &Settings::office_clients, 0, clients_max, true,
     "office: clients in it; 0: a tenth of all"},
    {"--office-s", &Settings::office_s, 0.001, 600, false, "office: until its network is back"},
    {"--limit-s", &Settings::limit_s, 1, 86400, false, "a run ends then, whoever is not back"},
};

std::string plain(double value) {
  char text[32];
  std::snprintf(text, sizeof text, "%.12g", value);
  return text;
}

// Not std::from_chars, which not every library has for doubles.
std::optional<double> read_number(const std::string& text) {
  if (text.empty() || text.find_first_not_of("0123456789.eE+-") != std::string::npos) {
    return std::nullopt;
  }
  char* end = nullptr;
  const double value = std::strtod(text.c_str(), &end);
  if (*end != '\0' || !std::isfinite(value)) return std::nullopt;
  return value;
}

std::string range_of(const Number& number) {
  return std::string(number.whole ? "a whole number" : "a number") + " from " + plain(number.min) +
         " to " + plain(number.max);
}

std::string complain(std::string_view name, const std::string& given, const std::string& wanted) {
  return std::string(name) + " takes " + wanted + ", and not \"" + given + "\".";
}

void read_numbers(const Arguments& arguments, Request& request) {
  for (const Number& number : numbers) {
    const std::string name{number.name};
    if (!arguments.has(name)) continue;
    const auto value = read_number(arguments.text(name));
    const bool fits = value && *value >= number.min && *value <= number.max &&
                      (!number.whole || *value == std::floor(*value));
    if (!fits) {
      request.complaint = complain(name, arguments.text(name), range_of(number));
      return;
    }
    request.settings.*number.value = *value;
  }
}

void read_down(const std::string& text, Request& request) {
  constexpr double down_max = 600;
  std::vector<double> all;
  for (std::size_t from = 0; from <= text.size();) {
    const std::size_t end = std::min(text.find(',', from), text.size());
    const auto value = read_number(text.substr(from, end - from));
    if (!value || *value < 0.001 || *value > down_max) {
      request.complaint = complain("--down-s", text,
                                   "seconds from 0.001 to 600, one for all nodes or one for each "
                                   "with commas between");
      return;
    }
    all.push_back(*value);
    from = end + 1;
  }
  request.settings.down_s = std::move(all);
}

void read_words(const Arguments& arguments, Request& request) {
  if (arguments.has("--down-s")) read_down(arguments.text("--down-s"), request);
  // One of two words; the first is the default.
  const auto is_second = [&](const char* name, const std::string& first,
                             const std::string& second) {
    const std::string given = arguments.has(name) ? arguments.text(name) : first;
    if (given != first && given != second) {
      request.complaint = complain(name, given, "\"" + first + "\" or \"" + second + "\"");
    }
    return given == second;
  };
  const bool is_silent = is_second("--dead", "refuses", "silent");
  request.settings.dead = is_silent ? Dead::silent : Dead::refuses;
  request.settings.is_log_lost = is_second("--log", "kept", "lost");
  const std::string name = arguments.has("--scenario") ? arguments.text("--scenario") : "all";
  request.stories = stories_of(name);
  if (request.stories.empty()) {
    request.complaint =
        complain("--scenario", name, "\"all\", \"outage\", \"deploy\", \"redis\" or \"office\"");
  }
}

void judge_together(Request& request) {
  const Settings& settings = request.settings;
  if (settings.office_clients > settings.clients) {
    request.complaint = "--office-clients is " + plain(settings.office_clients) +
                        ", and there are " + plain(settings.clients) +
                        " clients: an office has no more than all.";
  }
  if (settings.wait_ms > settings.wait_max_ms) {
    request.complaint = "--wait-ms is " + plain(settings.wait_ms) + ", and --wait-max-ms " +
                        plain(settings.wait_max_ms) + ": no wait is longer than the longest.";
  }
  if (settings.down_s.size() > settings.node_count()) {
    request.complaint = "--down-s names " + plain(static_cast<double>(settings.down_s.size())) +
                        " nodes, and there are " +
                        plain(static_cast<double>(settings.node_count())) + ": see --nodes.";
  }
}

constexpr std::string_view texts =
    " --down-s --dead --log --scenario --json --svg --publish --check ";
constexpr std::string_view flags = " --help --no-peers ";

}  // namespace

std::size_t Settings::node_count() const {
  if (nodes > 0) return static_cast<std::size_t>(nodes);
  return std::max(nodes_min, static_cast<std::size_t>(std::ceil(clients / clients_a_node)));
}

std::size_t Settings::office_count() const {
  return static_cast<std::size_t>(office_clients > 0 ? office_clients : std::ceil(clients / 10));
}

Request read_request(int argc, char** argv) {
  std::string valued{texts};
  for (const Number& number : numbers) valued.append(number.name).append(" ");
  const Arguments arguments(argc, argv, flags, valued);
  Request request;
  request.help = arguments.has("--help");
  if (!arguments.known()) {
    request.complaint = "\"" + arguments.stopped_at() +
                        "\" is no option, or has no value behind it: --help names them all.";
    return request;
  }
  request.with_peers = !arguments.has("--no-peers");
  request.json = arguments.text("--json");
  request.svg = arguments.text("--svg");
  request.publish = arguments.text("--publish");
  request.check = arguments.text("--check");
  read_numbers(arguments, request);
  if (request.complaint.empty()) read_words(arguments, request);
  if (request.complaint.empty()) judge_together(request);
  const bool is_of_docs = arguments.has("--publish") || arguments.has("--check");
  if (is_of_docs && argc != 3) {
    request.complaint =
        "--publish and --check stand alone: the docs have the figures of the defaults.";
  }
  return request;
}

std::string help_text() {
  std::string text =
      "keepline_herd: so many real machines, natively, against a model of a few server nodes.\n\n";
  const Settings defaults;
  const auto line = [&text](std::string_view name, const std::string& otherwise,
                            std::string_view what) {
    char head[64];
    std::snprintf(head, sizeof head, "  %-18s %8s  ", std::string(name).c_str(), otherwise.c_str());
    text.append(head).append(what).append("\n");
  };
  for (const Number& number : numbers) {
    line(number.name, plain(defaults.*number.value), number.what);
  }
  line("--down-s", plain(defaults.down_s.front()),
       "outage: until the nodes are back; with commas between, of each node");
  line("--dead", "refuses", "what a dead node does to a dial: \"refuses\" or \"silent\"");
  line("--log", "kept", "outage: \"kept\", or \"lost\": then whoever resumes has a gap");
  line("--scenario", "all", "\"outage\", \"deploy\", \"redis\" or \"office\"");
  line("--no-peers", "", "without the schedules of other clients, which are run in the outage");
  line("--json", "", "a file for every figure and curve");
  line("--svg", "", "a file for the picture");
  line("--publish", "", "a project's root: its docs get the figures of the defaults");
  line("--check", "", "the same root: fails where its docs have others");
  return text;
}

std::string settings_json(const Settings& settings) {
  std::string text = "{";
  for (const Number& number : numbers) {
    text.append("\"").append(number.name.substr(2)).append("\":");
    text.append(plain(settings.*number.value)).append(",");
  }
  text.append("\"down-s\":[");
  for (const double down : settings.down_s) {
    text.append(text.back() == '[' ? "" : ",").append(plain(down));
  }
  text.append("],\"dead\":").append(settings.dead == Dead::silent ? "\"silent\"" : "\"refuses\"");
  return text.append(",\"log\":").append(settings.is_log_lost ? "\"lost\"}" : "\"kept\"}");
}

}  // namespace keepline::sim::herd
