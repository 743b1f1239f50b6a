using AudioOrleans.Grains.Interfaces.Operations;

namespace AudioOrleans.Gateway.Operations;

/// <summary>
/// <c>Idempotency-Key</c>: repeating the same key and body within 24 h returns the first response again. For routes that create a resource; their
/// handlers take its id from <see cref="NewResourceId"/>.
/// </summary>
public static class Idempotency
{
    /// <summary>The header with the caller's key.</summary>
    public const string Header = "Idempotency-Key";

    /// <summary>Accepts an idempotency key on a route.</summary>
    public static RouteHandlerBuilder AcceptsIdempotencyKey(this RouteHandlerBuilder route) => route
        .AddEndpointFilter<IdempotencyFilter>().WithMetadata(new TakesIdempotencyKey())
        .ProducesProblem(StatusCodes.Status409Conflict);

    /// <summary>
    /// The id of the resource that a request creates, one per request. With a key, the id is stored before the work begins, so that a repeat
    /// after a crash reaches the same grain and cannot create a second resource.
    /// </summary>
    public static Guid NewResourceId(this HttpContext context) => context.Features.Get<IdempotencyClaim>()?.OperationId ?? Guid.CreateVersion7();

    /// <summary>
    /// Marks a failed request as having left no resource behind, so that a repeat starts over under another id. Cleanup after the first attempt
    /// may run later and must not touch what the repeat creates.
    /// </summary>
    public static void NothingWasMade(this HttpContext context)
    {
        context.Features.Set(new NothingMade());
    }

    /// <summary>Whether the request was marked by <c>NothingWasMade</c>.</summary>
    internal static bool HasMadeNothing(this HttpContext context) => context.Features.Get<NothingMade>() is not null;

    private sealed class NothingMade;
}

/// <summary>Marks endpoints that accept an <c>Idempotency-Key</c>.</summary>
public sealed class TakesIdempotencyKey;
