/// What an order book wants done, in this order.
enum OrderAction {
    case reply(Reply, UInt32)
    case persist(PersistID, StateRecord)
    /// Into the ledger, under this task number.
    case begin(TaskOrder, number: UInt32)
}
