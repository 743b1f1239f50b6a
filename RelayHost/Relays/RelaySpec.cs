using AudioOrleans.RelayHost.Sources;

namespace AudioOrleans.RelayHost.Relays;

/// <summary>What to relay.</summary>
/// <param name="StreamId">The stream's id.</param>
/// <param name="Source">Its source.</param>
public sealed record RelaySpec(Guid StreamId, SourceSpec Source);
