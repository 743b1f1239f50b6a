using Microsoft.Extensions.DependencyInjection;
using Orleans.Runtime;

namespace Orleans.Hosting;

/// <summary>Reminders in the silo.</summary>
public static class SiloBuilderReminderExtensions
{
    /// <summary>Adds reminders; the table is a singleton <see cref="IReminderTable"/> that the application registers.</summary>
    public static ISiloBuilder AddReminders(this ISiloBuilder builder)
    {
        builder.Services.AddReminders();
        return builder;
    }

    /// <inheritdoc cref="AddReminders(ISiloBuilder)"/>
    public static void AddReminders(this IServiceCollection services) => ReminderService.Register(services);
}

/// <summary>Reminders that end with the process, for tests.</summary>
public static class SiloBuilderReminderMemoryExtensions
{
    /// <summary>Adds reminders with a table in memory.</summary>
    public static ISiloBuilder UseInMemoryReminderService(this ISiloBuilder builder)
    {
        builder.AddReminders();
        builder.Services.AddSingleton<IReminderTable, MemoryReminderTable>();
        return builder;
    }
}
