namespace Orleans.Runtime;
internal static class ReminderService
{
    public static void Register(Microsoft.Extensions.DependencyInjection.IServiceCollection services) => throw new NotImplementedException();
}
internal sealed class MemoryReminderTable : IReminderTable
{
    public Task<ReminderTableData> ReadRows(GrainId grainId) => throw new NotImplementedException();
    public Task<ReminderTableData> ReadRows(uint begin, uint end) => throw new NotImplementedException();
    public Task<ReminderEntry?> ReadRow(GrainId grainId, string reminderName) => throw new NotImplementedException();
    public Task<string?> UpsertRow(ReminderEntry entry) => throw new NotImplementedException();
    public Task<bool> RemoveRow(GrainId grainId, string reminderName, string eTag) => throw new NotImplementedException();
    public Task TestOnlyClearTable() => throw new NotImplementedException();
}
