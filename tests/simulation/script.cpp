#include "script.hpp"

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <utility>

#include "trace.hpp"

namespace keepline::sim {
namespace {

template <class Target>
std::optional<std::uint8_t> index_of(std::span<const Verb<Target>> verbs, std::string_view name) {
  const auto found = std::find_if(verbs.begin(), verbs.end(),
                                  [&](const Verb<Target>& verb) { return verb.name == name; });
  if (found == verbs.end()) return std::nullopt;
  return static_cast<std::uint8_t>(found - verbs.begin());
}

template <class Target>
Act make(std::span<const Verb<Target>> verbs, std::string_view name,
         const std::array<double, act_arguments_max>& with) {
  const auto verb = index_of(verbs, name);
  if (!verb) {
    std::fprintf(stderr, "no verb of a script: %.*s\n", static_cast<int>(name.size()), name.data());
    std::abort();
  }
  return {*verb, with};
}

template <class Target>
void append_line(std::string& text, std::span<const Verb<Target>> verbs, const Act& act) {
  const Verb<Target>& verb = verbs[act.verb];
  text.append(verb.name);
  for (std::size_t index = 0; index < verb.arguments; ++index) {
    text.append(" ").append(to_text(act.with[index]));
  }
  if (const std::string_view remark = verb.remark(act.with); !remark.empty()) {
    text.append("  # ").append(remark);
  }
  text.append("\n");
}

// The next word of a line; what is left after it stays in `line`.
std::string_view take_word(std::string_view& line) {
  const auto from = line.find_first_not_of(' ');
  if (from == std::string_view::npos) return line = {};
  line.remove_prefix(from);
  const std::string_view word = line.substr(0, line.find(' '));
  line.remove_prefix(word.size());
  return word;
}

std::optional<double> take_number(std::string_view& line) {
  const std::string word(take_word(line));
  char* end = nullptr;
  const double value = std::strtod(word.c_str(), &end);
  return word.empty() || *end != '\0' ? std::nullopt : std::optional<double>{value};
}

template <class Target>
std::optional<Act> take_act(std::span<const Verb<Target>> verbs, std::string_view word,
                            std::string_view& line) {
  const auto verb = index_of(verbs, word);
  if (!verb) return std::nullopt;
  Act act{*verb, {}};
  for (std::size_t index = 0; index < verbs[*verb].arguments; ++index) {
    const auto value = take_number(line);
    if (!value) return std::nullopt;
    act.with[index] = *value;
  }
  return act;
}

bool read_line(std::string_view line, std::vector<Script>& scripts) {
  const std::string_view word = take_word(line);
  if (word.empty()) return true;
  if (word == "seed") {
    const std::string seed(take_word(line));
    scripts.push_back({std::strtoull(seed.c_str(), nullptr, 10), {}, {}});
    return !seed.empty();
  }
  if (scripts.empty()) return false;
  const bool is_option = word == "option";
  const auto act = is_option ? take_act(option_verbs(), take_word(line), line)
                             : take_act(act_verbs(), word, line);
  if (!act) return false;
  (is_option ? scripts.back().options : scripts.back().acts).push_back(*act);
  return take_word(line).empty();
}

}  // namespace

Act act(std::string_view verb, double first, double second, double third) {
  return make(act_verbs(), verb, {first, second, third});
}

Act option(std::string_view name, double value) { return make(option_verbs(), name, {value}); }

World begin_world(const Script& script) {
  Beginning begin;
  for (const Act& each : script.options) {
    option_verbs()[each.verb].carry_out(begin, each.with);
  }
  World world(begin.options, script.seed);
  world.keeps_history = false;
  if (begin.identity) world.adopt(*begin.identity);
  return world;
}

void perform(World& world, const Act& act) { act_verbs()[act.verb].carry_out(world, act.with); }

std::string to_text(const Script& script) {
  std::string text = "seed " + std::to_string(script.seed) + "\n";
  for (const Act& each : script.options) append_line(text.append("option "), option_verbs(), each);
  for (const Act& each : script.acts) append_line(text, act_verbs(), each);
  return text;
}

std::variant<std::vector<Script>, std::string> read_scripts(std::string_view text) {
  std::vector<Script> scripts;
  for (std::size_t number = 1; !text.empty(); ++number) {
    const std::string_view line = text.substr(0, text.find('\n'));
    text.remove_prefix(std::min(line.size() + 1, text.size()));
    if (!read_line(line.substr(0, line.find('#')), scripts)) {
      return "line " + std::to_string(number) + " is no line of a script: " + std::string(line);
    }
  }
  return scripts;
}

}  // namespace keepline::sim
