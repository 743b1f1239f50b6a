using Microsoft.Extensions.DependencyInjection;
using Npgsql;
using Orleans.Runtime.Hosting;
using Orleans.Serialization;
using Orleans.Storage;

namespace AudioOrleans.Persistence.GrainStates;

/// <summary>
/// Orleans' default AdoNet storage, for state without rows of its own. Maps its failures to those of
/// <see cref="AudioDatabase"/>, whose connections it shares.
/// </summary>
internal sealed class AdoNetStorage(IGrainStorage storage) : IGrainStorage
{
    private const string Name = "ado-net";

    /// <summary>Adds it to a silo.</summary>
    public static void Add(ISiloBuilder builder)
    {
        builder.AddAdoNetGrainStorage(Name, options => options.Configure<AudioDatabase, Serializer>((storage, database, serializer) =>
        {
            storage.Invariant = "Npgsql";
            storage.DataSource = database.DataSource;
            storage.DeleteStateOnClear = true;
            // By the [Id]s of the state, as for messages.
            storage.GrainStorageSerializer = new OrleansGrainStorageSerializer(serializer);
        }));
        builder.Services.AddGrainStorage(
            Orleans.Providers.ProviderConstants.DEFAULT_STORAGE_PROVIDER_NAME,
            (provider, _) => new AdoNetStorage(provider.GetRequiredKeyedService<IGrainStorage>(Name)));
    }

    /// <inheritdoc/>
    public Task ReadStateAsync<T>(string stateName, GrainId grainId, IGrainState<T> grainState) => MapAsync(storage.ReadStateAsync(stateName, grainId, grainState));

    /// <inheritdoc/>
    public Task WriteStateAsync<T>(string stateName, GrainId grainId, IGrainState<T> grainState) => MapAsync(storage.WriteStateAsync(stateName, grainId, grainState));

    /// <inheritdoc/>
    public Task ClearStateAsync<T>(string stateName, GrainId grainId, IGrainState<T> grainState) => MapAsync(storage.ClearStateAsync(stateName, grainId, grainState));

    private static async Task MapAsync(Task work)
    {
        try
        {
            await work;
        }
        catch (NpgsqlException error) when (DatabaseErrors.Map(error) is { } mapped)
        {
            throw mapped;
        }
    }
}
