using AudioOrleans.Grains.Interfaces.Operations;

namespace AudioOrleans.Gateway.Operations;

/// <summary>
/// <c>Idempotency-Key</c>: the same key and body within 24 h give the first answer again. For routes that create something; their
/// handlers take the new resource's id from <see cref="NewResourceId"/>.
/// </summary>
public static class Idempotency
{
    /// <summary>The header with the caller's key.</summary>
    public const string Header = "Idempotency-Key";

    /// <summary>Lets callers of a route send a key.</summary>
    public static RouteHandlerBuilder AcceptsIdempotencyKey(this RouteHandlerBuilder route) => route
        .AddEndpointFilter<IdempotencyFilter>().WithMetadata(new TakesIdempotencyKey())
        .ProducesProblem(StatusCodes.Status409Conflict);

    /// <summary>
    /// The id of what a request creates: one for each request. With a key it was kept before the work began, so that a repeat after a
    /// crash reaches the same grain and cannot make a second resource.
    /// </summary>
    public static Guid NewResourceId(this HttpContext context) => context.Features.Get<IdempotencyClaim>()?.OperationId ?? Guid.CreateVersion7();

    /// <summary>
    /// Says that a request which fails has left no resource behind: a repeat begins anew, under another id. What tidies up behind the
    /// first, perhaps later, must not meet what the repeat makes.
    /// </summary>
    public static void NothingWasMade(this HttpContext context)
    {
        context.Features.Set(new NothingMade());
    }

    /// <summary>Whether that was said.</summary>
    internal static bool HasMadeNothing(this HttpContext context) => context.Features.Get<NothingMade>() is not null;

    private sealed class NothingMade;
}

/// <summary>Marks endpoints whose callers may send an <c>Idempotency-Key</c>.</summary>
public sealed class TakesIdempotencyKey;
