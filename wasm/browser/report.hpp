// Status, figures and diagnostics, said to JavaScript value by value (host.hpp): what crosses now
// and then, and is cheaper to say than to register member by member.
// js-bindings/src/engine/reports.ts gives the values their names, in the same order. No decisions,
// and no clock.
#pragma once

#include "../core/connection.hpp"

namespace keepline {

// The members of the package's Status, in its words, an empty text for null; last the error as
// kind, code, detail and cause, as far as there is one.
void report_status(const Status& status);

// How far the event stream was handed over; empty where nobody knows.
void report_position(const Connection& core);
void report_ack_window(const Connection& core);

// The rows of metric_names(); then grade, received and retries, the latter two with their count.
void report_metrics(const Connection& core, const Instant& now);

// The name of a type by its number; 0 for that of the frame that was routed last.
void report_type_name(const Connection& core, TypeId type);

// What only the core can tell: transitions, and samples of what was malformed or did not fit; each
// list with its count.
void report_diagnostics(const Connection& core);

}  // namespace keepline
