namespace Audio.Orleans.Contracts.Accounts;

/// <summary>A wish for another password.</summary>
/// <param name="CurrentPassword">The password that is valid now, in clear.</param>
/// <param name="NewPassword">The one to be, in clear.</param>
[GenerateSerializer, Immutable, Alias("audio.accounts.change-password")]
public sealed record ChangePassword([property: Id(0)] string CurrentPassword, [property: Id(1)] string NewPassword)
{
    /// <summary>Keeps the passwords out of logs.</summary>
    public override string ToString() => "ChangePassword";
}
