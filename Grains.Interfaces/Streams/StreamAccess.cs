using Audio.Orleans.Contracts.Access;

namespace Audio.Orleans.Contracts.Streams;

/// <summary>What a gateway must know to let listeners in without asking each time.</summary>
/// <param name="OwnerId">The owner, who may always listen.</param>
/// <param name="Visibility">Who may hear it.</param>
/// <param name="Monetized">Whether a subscription is needed as well.</param>
/// <param name="Enabled">Whether there is anything to hear.</param>
/// <param name="Node">The internal address of the node that relays it, for gateways in other processes; null where there are no other nodes.</param>
/// <param name="Offline">Whether its source has failed for so long that there is nothing to wait for.</param>
/// <param name="Invited">Who was invited to it; null for nobody.</param>
[GenerateSerializer, Immutable, Alias("audio.streams.access")]
public sealed record StreamAccess(
    [property: Id(0)] Guid OwnerId,
    [property: Id(1)] StreamVisibility Visibility,
    [property: Id(2)] bool Monetized,
    [property: Id(3)] bool Enabled,
    [property: Id(4)] Uri? Node = null,
    [property: Id(5)] bool Offline = false,
    [property: Id(6)] Invitations? Invited = null);
