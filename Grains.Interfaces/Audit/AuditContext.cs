namespace AudioOrleans.Grains.Interfaces.Audit;

/// <summary>
/// What a request says about itself in Orleans' <c>RequestContext</c>, from where it reaches the audit trail with each state that is
/// written on its behalf. All values are strings. Without an action nothing is entered.
/// </summary>
public static class AuditContext
{
    /// <summary>What is being done: the endpoint's name, such as <c>streams.update</c>.</summary>
    public const string Action = "audit.action";

    /// <summary>Whose account does it; not set when it is nobody's.</summary>
    public const string ActorId = "audit.actor-id";

    /// <summary>One of <see cref="ActorKinds"/>.</summary>
    public const string ActorKind = "audit.actor-kind";

    /// <summary>The client's address.</summary>
    public const string Address = "audit.address";

    /// <summary>The request's id, as it stands in the answer and in the logs.</summary>
    public const string RequestId = "audit.request-id";
}

/// <summary>Who does things.</summary>
public static class ActorKinds
{
    /// <summary>Somebody with an account.</summary>
    public const string Account = "account";

    /// <summary>A tool with an account's API key.</summary>
    public const string ApiKey = "api_key";

    /// <summary>Somebody without a token.</summary>
    public const string Anonymous = "anonymous";

    /// <summary>Whoever runs the platform, at its console.</summary>
    public const string Operator = "operator";
}
