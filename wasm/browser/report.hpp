// Status, figures and diagnostics as JSON texts: what crosses to JavaScript now and then, and is
// cheaper to write and parse than to register member by member. No decisions, and no clock.
#pragma once

#include <string>

#include "../core/connection.hpp"

namespace keepline {

// The members of the package's Status, in its words; `error` as kind, code, detail and cause.
std::string report_status(const Status& status);

// The rows of metric_table() by name, and what has no row: grade, received and retries.
std::string report_metrics(const Connection& core, Instant now);

// What only the core can tell: transitions, and samples of what was malformed or did not fit.
std::string report_diagnostics(const Connection& core);

}  // namespace keepline
