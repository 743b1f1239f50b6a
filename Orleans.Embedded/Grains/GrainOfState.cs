using Orleans.Core;
using Orleans.Runtime;

namespace Orleans;

/// <summary>A grain with one state, kept in the storage that <c>[StorageProvider]</c> names, or the default one.</summary>
public class Grain<TGrainState> : Grain
{
    private IStorage<TGrainState>? _storage;

    /// <summary>Made by the runtime.</summary>
    protected Grain() => GrainContext?.ObservableLifecycle.Subscribe("state", GrainLifecycleStage.SetupState, _ =>
    {
        _storage ??= Runtime.GetStorage<TGrainState>(GrainContext);
        return ReadStateAsync();
    });

    /// <summary>Made by a test, with a storage of its own.</summary>
    protected Grain(IStorage<TGrainState> storage) => _storage = storage;

    /// <summary>The state as last read or set.</summary>
    protected TGrainState State
    {
        get => Storage.State;
        set => Storage.State = value;
    }

    private IStorage<TGrainState> Storage => _storage
        ?? throw new InvalidOperationException("The state is there from OnActivateAsync on, not in the constructor.");

    /// <summary>Reads the state again.</summary>
    protected virtual Task ReadStateAsync() => Storage.ReadStateAsync();

    /// <summary>Writes the state.</summary>
    protected virtual Task WriteStateAsync() => Storage.WriteStateAsync();

    /// <summary>Removes the state.</summary>
    protected virtual Task ClearStateAsync() => Storage.ClearStateAsync();
}
