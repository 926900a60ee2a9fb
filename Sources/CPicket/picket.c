// The header's functions are LibPicket's, in Swift; this file lets the header be a target.
#include "picket.h"
