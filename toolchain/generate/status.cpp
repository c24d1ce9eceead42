#include <cctype>
#include <initializer_list>
#include <string>

#include "connection.hpp"
#include "endpoint.hpp"
#include "envelope.hpp"
#include "generate.hpp"
#include "metrics.hpp"
#include "output.hpp"
#include "routes.hpp"
#include "state.hpp"
#include "typescript.hpp"

namespace keepline::generate {
namespace {

// The names of an enum's values, up to and including `last`; those without a name are left out.
template <class Enum>
Words names(Enum last) {
  Words out;
  for (int i = 0; i <= static_cast<int>(last); ++i) {
    const std::string_view name = to_string(static_cast<Enum>(i));
    if (!name.empty()) out.push_back(quoted(name));
  }
  return out;
}

std::string type(std::string_view name, std::string_view doc, const Words& members) {
  return "\n" + doc_comment(doc, 0) +
         union_statement("export type " + std::string(name) + " =", members);
}

// The words as a list, in the order of the enum: its values cross as numbers.
std::string list(std::string_view name, std::string_view type, const Words& members) {
  return "\n" + array_statement("export const " + std::string(name) + ": readonly " +
                                    std::string(type) + "[] =",
                                members, ";");
}

// "notJson" for `not_json`.
std::string camel_case(std::string_view name) {
  std::string out = pascal_case(name);
  out[0] = static_cast<char>(std::tolower(static_cast<unsigned char>(out[0])));
  return out;
}

// Each by itself: a bundler writes a number in its place, and leaves out what nobody uses.
template <class Enum>
std::string numbers(std::string_view doc, std::initializer_list<Enum> values,
                    std::string_view suffix) {
  std::string out = "\n// " + std::string(doc) + "\n";
  for (const Enum value : values) {
    out += "export const " + camel_case(to_string(value)) + std::string(suffix) + " = " +
           std::to_string(static_cast<int>(value)) + ";\n";
  }
  return out;
}

// Nested as their dotted names say; those of a group stand together.
std::string figures() {
  std::string out;
  std::string_view group;
  for (const MetricName& row : metric_names()) {
    const std::size_t dot = row.name.find('.');
    const std::string_view next = row.name.substr(0, dot == std::string_view::npos ? 0 : dot);
    if (next != group) {
      if (!group.empty()) out += "  },\n";
      if (!next.empty()) out += "  " + property(next) + ": {\n";
      group = next;
    }
    const std::string_view member = next.empty() ? row.name : row.name.substr(dot + 1);
    out += (next.empty() ? "  " : "    ") + property(member) + ": " +
           (row.nullable ? "null" : "0") + ",\n";
  }
  return out + (group.empty() ? "" : "  },\n");
}

}  // namespace

std::string status_source() {
  return file_head("wasm/core/state.hpp, output.hpp, envelope.hpp, routes.hpp and endpoint.hpp",
                   "The words of a status, of what became of a message and of what happens to a "
                   "page: as types, and as lists or numbers where they cross as numbers.") +
         type("State", "What a person may believe of the data on the screen.",
              names(State::disconnected)) +
         type("CorePhase", "What the connection is doing, once its module is loaded.",
              names(Phase::closed)) +
         type("Reason",
              "Why the state is `disconnected`, where there is more to say than the phase.",
              names(Reason::page_hidden)) +
         type("Environment", "What the endpoint's address says about where it runs.",
              names(Environment::production)) +
         type("SendOutcome", "What became of a message.", names(SendOutcome::unsupported)) +
         list("sendOutcomes", "SendOutcome", names(SendOutcome::unsupported)) +
         type("Delivery",
              "How the event stream is doing, on a link whose server keeps a log of it.",
              names(Delivery::interrupted)) +
         type("Missed", "What was missed while there was no link.", names(Missed::unknown)) +
         list("missedWords", "Missed", names(Missed::unknown)) +
         type("GapReason", "Why a stretch of the event stream is missing.",
              names(GapReason::lost)) +
         list("gapReasons", "GapReason", names(GapReason::lost)) +
         type("LogLevel", "How severe a line of the log is.", names(LogLevel::error)) +
         numbers("What happens to a page, by number.",
                 {PageSignal::online, PageSignal::offline, PageSignal::visible, PageSignal::hidden,
                  PageSignal::frozen, PageSignal::resumed, PageSignal::page_hidden,
                  PageSignal::page_shown},
                 "Signal") +
         numbers("What the page may find wrong with a frame that the core let through, by number.",
                 {Malformed::not_json, Malformed::type_differs, Malformed::not_utf8,
                  Malformed::too_large},
                 "") +
         "\n" +
         doc_comment(
             "The figures in the order in which they cross, as they are before any was measured.",
             0) +
         "export const noFigures = {\n" + figures() + "};\n\n" +
         doc_comment("How much of a frame is copied to be routed, in bytes.", 0) +
         "export const headBytes = " + std::to_string(head_bytes) + ";\n\n" +
         doc_comment("How many different patterns a connection may be subscribed to.", 0) +
         "export const subscriptionsMax = " + std::to_string(subscriptions_max) + ";\n";
}

}  // namespace keepline::generate
