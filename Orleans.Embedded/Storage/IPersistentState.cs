using Orleans.Core;

namespace Orleans.Runtime;

/// <summary>A named state of a grain, read before it activates.</summary>
public interface IPersistentState<TState> : IStorage<TState>;

/// <summary>Which state, in which storage.</summary>
public interface IPersistentStateConfiguration
{
    /// <summary>The state's name.</summary>
    string StateName { get; }

    /// <summary>The storage's name; null for the default one.</summary>
    string? StorageName { get; }
}

/// <summary>Makes named states.</summary>
public interface IPersistentStateFactory
{
    /// <summary>Makes a state of an activation, which reads it before it activates.</summary>
    IPersistentState<TState> Create<TState>(IGrainContext context, IPersistentStateConfiguration config);
}

/// <summary>The constructor parameter is a named state in a named storage.</summary>
[AttributeUsage(AttributeTargets.Parameter)]
public class PersistentStateAttribute(string stateName, string? storageName = null) : Attribute, IPersistentStateConfiguration
{
    /// <inheritdoc/>
    public string StateName { get; } = stateName;

    /// <inheritdoc/>
    public string? StorageName { get; } = storageName;
}
