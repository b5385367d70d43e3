"""The road (底盘): knows NATS, PostgreSQL and HTTP; knows no business."""
