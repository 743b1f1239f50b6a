using AudioOrleans.Persistence.GrainStates;
using AudioOrleans.Persistence.Migrations;
using AudioOrleans.Persistence.Reminders;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace AudioOrleans.Persistence;

/// <summary>Adds PostgreSQL to a silo.</summary>
public static class PostgresPersistenceExtensions
{
    /// <summary>
    /// Stores grain states and reminders in PostgreSQL, and migrates its schema before anything else of the silo starts. An
    /// <see cref="ICommittedState{T}"/> is stored with its read models and effects in one transaction; a state with Orleans'
    /// <c>[PersistentState]</c> is in its AdoNet storage. Also adds <see cref="AudioDatabase"/> and <see cref="Migrator"/> to the services.
    /// </summary>
    /// <param name="builder">The silo.</param>
    /// <param name="connectionString">In Npgsql's format.</param>
    public static ISiloBuilder AddPostgresPersistence(this ISiloBuilder builder, string connectionString)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(connectionString);
        builder.AddReminders();
        var services = builder.Services;
        services.TryAddSingleton(_ => new AudioDatabase(connectionString));
        services.TryAddSingleton(provider => new Migrator(provider.GetRequiredService<AudioDatabase>()));
        services.AddSingleton<PostgresGrainStorage>();
        services.AddSingleton<IAttributeToFactoryMapper<CommittedStateAttribute>, CommittedStateMapper>();
        AdoNetStorage.Add(builder);
        services.AddSingleton<IReminderTable, PostgresReminderTable>();
        services.AddSingleton<ILifecycleParticipant<ISiloLifecycle>, MigrationAtStart>();
        return builder;
    }

    private sealed class MigrationAtStart(Migrator migrator) : ILifecycleParticipant<ISiloLifecycle>
    {
        // Before everything else: the cluster's membership tables come from the migrations too.
        public void Participate(ISiloLifecycle lifecycle) =>
            lifecycle.Subscribe(nameof(MigrationAtStart), ServiceLifecycleStage.First, token => migrator.ApplyAsync(token));
    }
}
