#include "report.hpp"

#include <cmath>
#include <optional>
#include <span>
#include <string_view>

#include "../core/event_decode.hpp"

namespace keepline {
namespace {

// Writes one JSON object or array after the other, nested as they are opened.
class Writer {
 public:
  Writer& open(char bracket) {
    separate();
    text_ += bracket;
    return *this;
  }
  Writer& close(char bracket) {
    text_ += bracket;
    return *this;
  }
  Writer& name(std::string_view name) {
    separate();
    text_.append(quote(name)).append(":");
    return *this;
  }
  Writer& word(std::string_view word) {  // a literal
    separate();
    text_ += word;
    return *this;
  }
  Writer& text(std::string_view text) { return word(quote(text)); }
  Writer& text_or_null(std::string_view text) {
    return text.empty() ? word("null") : word(quote(text));
  }
  // To a thousandth; nothing here is finer.
  Writer& number(double value) {
    if (std::isnan(value)) return word("null");
    const auto thousandths = static_cast<long long>(std::round(value * 1000));
    std::string digits = std::to_string(thousandths / 1000);
    if (const auto rest = thousandths % 1000; rest != 0) {
      digits.append(".").append(std::to_string(1000 + rest).substr(1));
    }
    return word(digits);
  }
  std::string take() { return std::move(text_); }

 private:
  void separate() {
    if (text_.empty()) return;
    const char last = text_.back();
    if (last != '{' && last != '[' && last != ':') text_ += ',';
  }

  std::string text_;
};

void write_error(Writer& writer, const std::optional<ConnectionError>& error) {
  writer.name("error");
  if (!error) {
    writer.word("null");
    return;
  }
  writer.open('{').name("kind").text(to_string(error->kind));
  if (error->code != 0) writer.name("code").number(error->code);
  writer.name("detail").text(error->detail);
  if (error->cause) writer.name("cause").text(to_string(*error->cause));
  writer.close('}');
}

void write_list(Writer& writer, std::string_view name, std::span<const std::string> items) {
  writer.name(name).open('[');
  for (const std::string& item : items) writer.text(item);
  writer.close(']');
}

}  // namespace

std::string report_status(const Status& status) {
  Writer writer;
  writer.open('{').name("state").text(to_string(status.state));
  writer.name("phase").text(to_string(status.phase));
  writer.name("reason").text_or_null(to_string(status.reason));
  writer.name("attempt").number(status.attempt);
  writer.name("maxAttempts").number(status.max_attempts);
  writer.name("nextRetryAt").number(status.next_retry_at ? to_ms(*status.next_retry_at) : NAN);
  writer.name("since").number(to_ms(status.since));
  write_error(writer, status.error);
  writer.name("canRetry").word(status.can_retry ? "true" : "false");
  writer.name("endpoint").text_or_null(status.endpoint);
  writer.name("environment");
  writer.text_or_null(status.endpoint.empty() ? "" : to_string(status.environment));
  return writer.close('}').take();
}

std::string report_metrics(const Connection& core, Instant now) {
  const Metrics metrics = core.metrics(now);
  Writer writer;
  writer.open('{');
  for (const MetricRow& row : metric_table()) writer.name(row.name).number(row.get(metrics));
  writer.name("quality.grade").text(to_string(metrics.quality.grade));
  writer.name("received").open('{');
  for (std::uint32_t type = 1; type <= core.type_count(); ++type) {
    writer.name(core.type_name(TypeId{type}));
    writer.number(static_cast<double>(core.received(TypeId{type})));
  }
  writer.close('}').name("retries").open('{');
  for (int kind = 0; kind < error_kind_count; ++kind) {
    const std::uint32_t count = metrics.retries[static_cast<std::size_t>(kind)];
    if (count > 0) writer.name(to_string(static_cast<ErrorKind>(kind))).number(count);
  }
  return writer.close('}').close('}').take();
}

std::string report_diagnostics(const Connection& core) {
  Writer writer;
  writer.open('{').name("transitions").open('[');
  for (const TransitionRecord& record : core.transition_records()) {
    writer.open('{').name("at").number(to_ms(record.at));
    writer.name("from").text(to_string(record.from));
    writer.name("to").text(to_string(record.to));
    writer.name("trigger").text(to_string(record.trigger));
    writer.name("attempt").number(record.attempt);
    writer.name("cause").text(record.cause).close('}');
  }
  writer.close(']');
  write_list(writer, "malformed", core.malformed_samples());
  write_list(writer, "invalid", core.invalid_samples());
  return writer.close('}').take();
}

}  // namespace keepline
