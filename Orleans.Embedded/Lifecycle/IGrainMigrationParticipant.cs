using System.Diagnostics.CodeAnalysis;

namespace Orleans.Runtime;

/// <summary>What a grain takes along when it moves to another silo. With one silo none ever does.</summary>
public interface IGrainMigrationParticipant
{
    /// <summary>Packs, on the silo that the grain leaves, after <c>OnDeactivateAsync</c>.</summary>
    void OnDehydrate(IDehydrationContext dehydrationContext);

    /// <summary>Unpacks, on the silo that it moves to, before <c>OnActivateAsync</c>.</summary>
    void OnRehydrate(IRehydrationContext rehydrationContext);
}

/// <summary>What is packed.</summary>
public interface IDehydrationContext
{
    /// <summary>Adds a value; false when it cannot be serialized or the key is taken.</summary>
    bool TryAddValue<T>(string key, T? value);
}

/// <summary>What was packed.</summary>
public interface IRehydrationContext
{
    /// <summary>Takes a value; false when there is none.</summary>
    bool TryGetValue<T>(string key, [NotNullWhen(true)] out T? value);
}
