// What the generator makes of the core's tables: whole TypeScript files, and blocks inside
// documents.
//
// Each function is pure: tables in, text out, the same every time. Only main.cpp touches files.
#pragma once

#include <string>
#include <string_view>

namespace keepline::generate {

std::string events_source();    // js-bindings/src/generated/events.ts
std::string options_source();   // js-bindings/src/generated/options.ts
std::string errors_source();    // js-bindings/src/generated/errors.ts
std::string remedies_source();  // js-bindings/src/generated/remedies.ts
std::string status_source();    // js-bindings/src/generated/status.ts

std::string option_rows();      // the README's table of options
std::string error_rows();       // the README's table of errors and remedies
std::string state_diagram();    // a mermaid diagram of the phases
std::string transition_rows();  // every legal transition

}  // namespace keepline::generate
