// Inputs and outputs as lines of text: the same on every machine, so that runs compare byte for
// byte.
#pragma once

#include <string>

#include "connection.hpp"

namespace keepline::sim {

std::string to_text(const Output& output);
// Every digit of the double, in the same form on every C library.
std::string to_text(double value);

}  // namespace keepline::sim
