using AudioOrleans.Persistence.GrainStates;
using AudioOrleans.Persistence.Migrations;
using AudioOrleans.Persistence.Reminders;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Orleans.Runtime.Hosting;

namespace AudioOrleans.Persistence;

/// <summary>Adds PostgreSQL to a silo.</summary>
public static class PostgresPersistenceExtensions
{
    /// <summary>
    /// Keeps grain states and reminders in PostgreSQL, and brings its schema up to date before anything else of the silo starts. The
    /// storage <paramref name="storageName"/> is ours, with read models in the same transaction; the default one is Orleans' own. Also adds <see cref="AudioDatabase"/> and <see cref="Migrator"/> to the services.
    /// </summary>
    /// <param name="builder">The silo.</param>
    /// <param name="connectionString">Npgsql's.</param>
    /// <param name="storageName">The name that grains give in <c>[PersistentState(state, storage)]</c>.</param>
    public static ISiloBuilder AddPostgresPersistence(this ISiloBuilder builder, string connectionString, string storageName = "audio")
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(connectionString);
        builder.AddReminders();
        var services = builder.Services;
        services.TryAddSingleton(_ => new AudioDatabase(connectionString));
        services.TryAddSingleton(provider => new Migrator(provider.GetRequiredService<AudioDatabase>()));
        services.AddGrainStorage(
            storageName, (provider, _) => new PostgresGrainStorage(provider.GetRequiredService<AudioDatabase>(), provider));
        AdoNetStorage.Add(builder);
        services.AddSingleton<IReminderTable, PostgresReminderTable>();
        services.AddSingleton<ILifecycleParticipant<ISiloLifecycle>, MigrationAtStart>();
        return builder;
    }

    private sealed class MigrationAtStart(Migrator migrator) : ILifecycleParticipant<ISiloLifecycle>
    {
        // Before all else: the cluster's membership tables come from the migrations too.
        public void Participate(ISiloLifecycle lifecycle) =>
            lifecycle.Subscribe(nameof(MigrationAtStart), ServiceLifecycleStage.First, token => migrator.ApplyAsync(token));
    }
}
