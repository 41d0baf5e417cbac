DRILLS = []
