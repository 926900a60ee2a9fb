// libyaml, as its own header declares it.
#include <yaml.h>
