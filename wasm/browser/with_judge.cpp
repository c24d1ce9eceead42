#include "judge.hpp"

namespace keepline {

bool can_judge() { return true; }

}  // namespace keepline
