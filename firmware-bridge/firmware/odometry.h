// Where the wheels say the robot is.
#ifndef ODOMETRY_H
#define ODOMETRY_H

typedef struct {
    double x;       // metres north
    double y;       // metres east
    float heading;  // radians clockwise from north, -pi…pi
} odometry;

// The wheels have rolled `left` and `right` metres: along an arc, which is exact while both keep their speed.
void odometry_roll(odometry *pose, float left, float right);
// Pulls the heading towards the compass.
void odometry_pull(odometry *pose, float compass, float seconds);
// -pi…pi.
float odometry_wrapped(float angle);

#endif
