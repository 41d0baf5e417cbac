/** @file
 *  @brief MAVLink comm protocol generated from skein.xml
 *  @see http://mavlink.org
 */
#pragma once
#ifndef MAVLINK_SKEIN_H
#define MAVLINK_SKEIN_H

#ifndef MAVLINK_H
    #error Wrong include order: MAVLINK_SKEIN.H MUST NOT BE DIRECTLY USED. Include mavlink.h from the same directory instead or set ALL AND EVERY defines from MAVLINK.H manually accordingly, including the #define MAVLINK_H call.
#endif

#define MAVLINK_SKEIN_XML_HASH 934047412362815279

#ifdef __cplusplus
extern "C" {
#endif

// MESSAGE LENGTHS AND CRCS

#ifndef MAVLINK_MESSAGE_LENGTHS
#define MAVLINK_MESSAGE_LENGTHS {}
#endif

#ifndef MAVLINK_MESSAGE_CRCS
#define MAVLINK_MESSAGE_CRCS {{0, 50, 9, 9, 0, 0, 0}, {1, 124, 31, 43, 0, 0, 0}, {30, 39, 28, 28, 0, 0, 0}, {32, 185, 28, 28, 0, 0, 0}, {76, 152, 33, 33, 3, 30, 31}, {77, 143, 3, 10, 3, 8, 9}, {84, 143, 53, 53, 3, 50, 51}, {111, 34, 16, 16, 0, 0, 0}, {132, 85, 14, 39, 0, 0, 0}, {147, 154, 36, 54, 0, 0, 0}, {253, 83, 51, 54, 0, 0, 0}}
#endif

#include "../protocol.h"

#define MAVLINK_ENABLED_SKEIN

// ENUM DEFINITIONS


/** @brief What drives. */
#ifndef HAVE_ENUM_MAV_AUTOPILOT
#define HAVE_ENUM_MAV_AUTOPILOT
typedef enum MAV_AUTOPILOT
{
   MAV_AUTOPILOT_INVALID=8, /*  | */
   MAV_AUTOPILOT_ENUM_END=9, /*  | */
} MAV_AUTOPILOT;
#endif

/** @brief What it is. */
#ifndef HAVE_ENUM_MAV_TYPE
#define HAVE_ENUM_MAV_TYPE
typedef enum MAV_TYPE
{
   MAV_TYPE_GROUND_ROVER=10, /*  | */
   MAV_TYPE_ONBOARD_CONTROLLER=18, /*  | */
   MAV_TYPE_ENUM_END=19, /*  | */
} MAV_TYPE;
#endif

/** @brief Who speaks. */
#ifndef HAVE_ENUM_MAV_COMPONENT
#define HAVE_ENUM_MAV_COMPONENT
typedef enum MAV_COMPONENT
{
   MAV_COMP_ID_AUTOPILOT1=1, /*  | */
   MAV_COMP_ID_ONBOARD_COMPUTER=191, /*  | */
   MAV_COMPONENT_ENUM_END=192, /*  | */
} MAV_COMPONENT;
#endif

/** @brief base_mode. */
#ifndef HAVE_ENUM_MAV_MODE_FLAG
#define HAVE_ENUM_MAV_MODE_FLAG
typedef enum MAV_MODE_FLAG
{
   MAV_MODE_FLAG_CUSTOM_MODE_ENABLED=1, /*  | */
   MAV_MODE_FLAG_GUIDED_ENABLED=8, /*  | */
   MAV_MODE_FLAG_STABILIZE_ENABLED=16, /*  | */
   MAV_MODE_FLAG_HIL_ENABLED=32, /*  | */
   MAV_MODE_FLAG_MANUAL_INPUT_ENABLED=64, /*  | */
   MAV_MODE_FLAG_SAFETY_ARMED=128, /*  | */
   MAV_MODE_FLAG_ENUM_END=129, /*  | */
} MAV_MODE_FLAG;
#endif

/** @brief system_status. */
#ifndef HAVE_ENUM_MAV_STATE
#define HAVE_ENUM_MAV_STATE
typedef enum MAV_STATE
{
   MAV_STATE_UNINIT=0, /*  | */
   MAV_STATE_BOOT=1, /*  | */
   MAV_STATE_CALIBRATING=2, /*  | */
   MAV_STATE_STANDBY=3, /*  | */
   MAV_STATE_ACTIVE=4, /*  | */
   MAV_STATE_CRITICAL=5, /*  | */
   MAV_STATE_EMERGENCY=6, /*  | */
   MAV_STATE_POWEROFF=7, /*  | */
   MAV_STATE_FLIGHT_TERMINATION=8, /*  | */
   MAV_STATE_ENUM_END=9, /*  | */
} MAV_STATE;
#endif

/** @brief Sensors of SYS_STATUS. */
#ifndef HAVE_ENUM_MAV_SYS_STATUS_SENSOR
#define HAVE_ENUM_MAV_SYS_STATUS_SENSOR
typedef enum MAV_SYS_STATUS_SENSOR
{
   MAV_SYS_STATUS_SENSOR_3D_ACCEL=2, /*  | */
   MAV_SYS_STATUS_SENSOR_3D_MAG=4, /*  | */
   MAV_SYS_STATUS_SENSOR_MOTOR_OUTPUTS=32768, /*  | */
   MAV_SYS_STATUS_SENSOR_RC_RECEIVER=65536, /*  | */
   MAV_SYS_STATUS_SENSOR_BATTERY=33554432, /*  | */
   MAV_SYS_STATUS_SENSOR_PROXIMITY=67108864, /*  | */
   MAV_SYS_STATUS_SENSOR_ENUM_END=67108865, /*  | */
} MAV_SYS_STATUS_SENSOR;
#endif

/** @brief What it feeds. */
#ifndef HAVE_ENUM_MAV_BATTERY_FUNCTION
#define HAVE_ENUM_MAV_BATTERY_FUNCTION
typedef enum MAV_BATTERY_FUNCTION
{
   MAV_BATTERY_FUNCTION_ALL=1, /*  | */
   MAV_BATTERY_FUNCTION_ENUM_END=2, /*  | */
} MAV_BATTERY_FUNCTION;
#endif

/** @brief Chemistry. */
#ifndef HAVE_ENUM_MAV_BATTERY_TYPE
#define HAVE_ENUM_MAV_BATTERY_TYPE
typedef enum MAV_BATTERY_TYPE
{
   MAV_BATTERY_TYPE_UNKNOWN=0, /*  | */
   MAV_BATTERY_TYPE_LIPO=1, /*  | */
   MAV_BATTERY_TYPE_ENUM_END=2, /*  | */
} MAV_BATTERY_TYPE;
#endif

/** @brief How full. */
#ifndef HAVE_ENUM_MAV_BATTERY_CHARGE_STATE
#define HAVE_ENUM_MAV_BATTERY_CHARGE_STATE
typedef enum MAV_BATTERY_CHARGE_STATE
{
   MAV_BATTERY_CHARGE_STATE_UNDEFINED=0, /*  | */
   MAV_BATTERY_CHARGE_STATE_OK=1, /*  | */
   MAV_BATTERY_CHARGE_STATE_LOW=2, /*  | */
   MAV_BATTERY_CHARGE_STATE_CRITICAL=3, /*  | */
   MAV_BATTERY_CHARGE_STATE_ENUM_END=4, /*  | */
} MAV_BATTERY_CHARGE_STATE;
#endif

/** @brief Frames of setpoints. */
#ifndef HAVE_ENUM_MAV_FRAME
#define HAVE_ENUM_MAV_FRAME
typedef enum MAV_FRAME
{
   MAV_FRAME_LOCAL_NED=1, /*  | */
   MAV_FRAME_BODY_NED=8, /*  | */
   MAV_FRAME_BODY_FRD=12, /*  | */
   MAV_FRAME_ENUM_END=13, /*  | */
} MAV_FRAME;
#endif

/** @brief What a setpoint leaves out. */
#ifndef HAVE_ENUM_POSITION_TARGET_TYPEMASK
#define HAVE_ENUM_POSITION_TARGET_TYPEMASK
typedef enum POSITION_TARGET_TYPEMASK
{
   POSITION_TARGET_TYPEMASK_X_IGNORE=1, /*  | */
   POSITION_TARGET_TYPEMASK_Y_IGNORE=2, /*  | */
   POSITION_TARGET_TYPEMASK_Z_IGNORE=4, /*  | */
   POSITION_TARGET_TYPEMASK_VX_IGNORE=8, /*  | */
   POSITION_TARGET_TYPEMASK_VY_IGNORE=16, /*  | */
   POSITION_TARGET_TYPEMASK_VZ_IGNORE=32, /*  | */
   POSITION_TARGET_TYPEMASK_AX_IGNORE=64, /*  | */
   POSITION_TARGET_TYPEMASK_AY_IGNORE=128, /*  | */
   POSITION_TARGET_TYPEMASK_AZ_IGNORE=256, /*  | */
   POSITION_TARGET_TYPEMASK_FORCE_SET=512, /*  | */
   POSITION_TARGET_TYPEMASK_YAW_IGNORE=1024, /*  | */
   POSITION_TARGET_TYPEMASK_YAW_RATE_IGNORE=2048, /*  | */
   POSITION_TARGET_TYPEMASK_ENUM_END=2049, /*  | */
} POSITION_TARGET_TYPEMASK;
#endif

/** @brief How it measures. */
#ifndef HAVE_ENUM_MAV_DISTANCE_SENSOR
#define HAVE_ENUM_MAV_DISTANCE_SENSOR
typedef enum MAV_DISTANCE_SENSOR
{
   MAV_DISTANCE_SENSOR_INFRARED=2, /*  | */
   MAV_DISTANCE_SENSOR_ENUM_END=3, /*  | */
} MAV_DISTANCE_SENSOR;
#endif

/** @brief Where it looks. */
#ifndef HAVE_ENUM_MAV_SENSOR_ORIENTATION
#define HAVE_ENUM_MAV_SENSOR_ORIENTATION
typedef enum MAV_SENSOR_ORIENTATION
{
   MAV_SENSOR_ROTATION_NONE=0, /*  | */
   MAV_SENSOR_ROTATION_YAW_45=1, /*  | */
   MAV_SENSOR_ROTATION_YAW_90=2, /*  | */
   MAV_SENSOR_ROTATION_YAW_270=6, /*  | */
   MAV_SENSOR_ROTATION_YAW_315=7, /*  | */
   MAV_SENSOR_ORIENTATION_ENUM_END=8, /*  | */
} MAV_SENSOR_ORIENTATION;
#endif

/** @brief What became of an order. */
#ifndef HAVE_ENUM_MAV_RESULT
#define HAVE_ENUM_MAV_RESULT
typedef enum MAV_RESULT
{
   MAV_RESULT_ACCEPTED=0, /*  | */
   MAV_RESULT_TEMPORARILY_REJECTED=1, /*  | */
   MAV_RESULT_DENIED=2, /*  | */
   MAV_RESULT_UNSUPPORTED=3, /*  | */
   MAV_RESULT_FAILED=4, /*  | */
   MAV_RESULT_IN_PROGRESS=5, /*  | */
   MAV_RESULT_ENUM_END=6, /*  | */
} MAV_RESULT;
#endif

/** @brief As in syslog. */
#ifndef HAVE_ENUM_MAV_SEVERITY
#define HAVE_ENUM_MAV_SEVERITY
typedef enum MAV_SEVERITY
{
   MAV_SEVERITY_EMERGENCY=0, /*  | */
   MAV_SEVERITY_ALERT=1, /*  | */
   MAV_SEVERITY_CRITICAL=2, /*  | */
   MAV_SEVERITY_ERROR=3, /*  | */
   MAV_SEVERITY_WARNING=4, /*  | */
   MAV_SEVERITY_NOTICE=5, /*  | */
   MAV_SEVERITY_INFO=6, /*  | */
   MAV_SEVERITY_DEBUG=7, /*  | */
   MAV_SEVERITY_ENUM_END=8, /*  | */
} MAV_SEVERITY;
#endif

/** @brief Orders. */
#ifndef HAVE_ENUM_MAV_CMD
#define HAVE_ENUM_MAV_CMD
typedef enum MAV_CMD
{
   MAV_CMD_DO_FLIGHTTERMINATION=185, /* Emergency stop. |1 latches it; 0 releases it| release only: 21196| Reserved (default:0)| Reserved (default:0)| Reserved (default:0)| Reserved (default:0)| Reserved (default:0)|  */
   MAV_CMD_PREFLIGHT_REBOOT_SHUTDOWN=246, /* Restart; only while disarmed. |1 restarts| Reserved (default:0)| Reserved (default:0)| Reserved (default:0)| Reserved (default:0)| Reserved (default:0)| Reserved (default:0)|  */
   MAV_CMD_COMPONENT_ARM_DISARM=400, /* Arm or disarm. |1 arms, 0 disarms| Reserved (default:0)| Reserved (default:0)| Reserved (default:0)| Reserved (default:0)| Reserved (default:0)| Reserved (default:0)|  */
   MAV_CMD_USER_1=31010, /* Test hook, in the emulated build alone: the main loop hangs. |21196| Reserved (default:0)| Reserved (default:0)| Reserved (default:0)| Reserved (default:0)| Reserved (default:0)| Reserved (default:0)|  */
   MAV_CMD_ENUM_END=31011, /*  | */
} MAV_CMD;
#endif

// MAVLINK VERSION

#ifndef MAVLINK_VERSION
#define MAVLINK_VERSION 3
#endif

#if (MAVLINK_VERSION == 0)
#undef MAVLINK_VERSION
#define MAVLINK_VERSION 3
#endif

// MESSAGE DEFINITIONS
#include "./mavlink_msg_heartbeat.h"
#include "./mavlink_msg_sys_status.h"
#include "./mavlink_msg_attitude.h"
#include "./mavlink_msg_local_position_ned.h"
#include "./mavlink_msg_command_long.h"
#include "./mavlink_msg_command_ack.h"
#include "./mavlink_msg_set_position_target_local_ned.h"
#include "./mavlink_msg_timesync.h"
#include "./mavlink_msg_distance_sensor.h"
#include "./mavlink_msg_battery_status.h"
#include "./mavlink_msg_statustext.h"

// base include



#if MAVLINK_SKEIN_XML_HASH == MAVLINK_PRIMARY_XML_HASH
# define MAVLINK_MESSAGE_INFO {MAVLINK_MESSAGE_INFO_HEARTBEAT, MAVLINK_MESSAGE_INFO_SYS_STATUS, MAVLINK_MESSAGE_INFO_ATTITUDE, MAVLINK_MESSAGE_INFO_LOCAL_POSITION_NED, MAVLINK_MESSAGE_INFO_COMMAND_LONG, MAVLINK_MESSAGE_INFO_COMMAND_ACK, MAVLINK_MESSAGE_INFO_SET_POSITION_TARGET_LOCAL_NED, MAVLINK_MESSAGE_INFO_TIMESYNC, MAVLINK_MESSAGE_INFO_DISTANCE_SENSOR, MAVLINK_MESSAGE_INFO_BATTERY_STATUS, MAVLINK_MESSAGE_INFO_STATUSTEXT}
# define MAVLINK_MESSAGE_NAMES {{ "ATTITUDE", 30 }, { "BATTERY_STATUS", 147 }, { "COMMAND_ACK", 77 }, { "COMMAND_LONG", 76 }, { "DISTANCE_SENSOR", 132 }, { "HEARTBEAT", 0 }, { "LOCAL_POSITION_NED", 32 }, { "SET_POSITION_TARGET_LOCAL_NED", 84 }, { "STATUSTEXT", 253 }, { "SYS_STATUS", 1 }, { "TIMESYNC", 111 }}
# if MAVLINK_COMMAND_24BIT
#  include "../mavlink_get_info.h"
# endif
#endif

#ifdef __cplusplus
}
#endif // __cplusplus
#endif // MAVLINK_SKEIN_H
