// libgps, the client side of gpsd; Debian package libgps-dev. gps_data_t is tens of kilobytes with unions that change from
// version to version: what is wanted of it is taken out here.
#include <gps.h>
#include <math.h>
#include <stdlib.h>

// A fix as gpsd tells it. Numbers that it does not know are NAN.
struct skein_gps_fix {
    double latitude_deg, longitude_deg, eph_m;
    int mode, status, satellites;
};

// Connected and watching, or NULL with the library's number in *error.
static inline struct gps_data_t *skein_gps_open(const char *host, const char *port, int *error) {
    struct gps_data_t *data = (struct gps_data_t *)calloc(1, sizeof *data);
    *error = 0;
    if (data == NULL) return NULL;
    int status = gps_open(host, port, data);
    if (status != 0) {
        *error = status;
        free(data);
        return NULL;
    }
    if (gps_stream(data, WATCH_ENABLE | WATCH_JSON, NULL) < 0) {
        gps_close(data);
        free(data);
        return NULL;
    }
    return data;
}

// Waits so long at most. 1: a report with a fix or its absence; 0: nothing new; -1: gpsd is gone.
static inline int skein_gps_next(struct gps_data_t *data, int wait_us, struct skein_gps_fix *fix) {
    if (!gps_waiting(data, wait_us)) return 0;
    // The library leaves what an earlier report has set when this one sets nothing, or is not whole yet: the last fix would
    // come again as a new one.
    data->set = 0;
    if (gps_read(data, NULL, 0) < 0) return -1;
    if ((data->set & MODE_SET) == 0) return 0;
    fix->mode = data->fix.mode;
    fix->status = data->fix.status;
    fix->latitude_deg = data->fix.latitude;
    fix->longitude_deg = data->fix.longitude;
    fix->eph_m = data->fix.eph;
    fix->satellites = data->satellites_used;
    return 1;
}

static inline void skein_gps_close(struct gps_data_t *data) {
    gps_stream(data, WATCH_DISABLE, NULL);
    gps_close(data);
    free(data);
}
