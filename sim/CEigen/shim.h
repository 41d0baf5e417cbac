// Eigen is C++ headers alone; EigenBench includes them. Debian package libeigen3-dev.
