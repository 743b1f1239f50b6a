namespace AudioOrleans.Grains.Interfaces;

/// <summary>
/// The possible problems with a field: stable codes that programs branch on and user interfaces translate. See <c>docs/errors.md</c>;
/// a published code never changes its meaning.
/// </summary>
public static class FieldCodes
{
    /// <summary>The field is missing or empty.</summary>
    public const string Required = "required";

    /// <summary>The text has too many characters.</summary>
    public const string TooLong = "too_long";

    /// <summary>The list has too many items, or the form too many files.</summary>
    public const string TooMany = "too_many";

    /// <summary>The number, size or duration is too small or too large.</summary>
    public const string OutOfRange = "out_of_range";

    /// <summary>The text is not an e-mail address.</summary>
    public const string NotAnEmail = "not_an_email";

    /// <summary>The text is not an id, or not one that is allowed here.</summary>
    public const string NotAnId = "not_an_id";

    /// <summary>The text is not a URL, or not one that is allowed here.</summary>
    public const string NotAUrl = "not_a_url";

    /// <summary>The value is not one of the allowed ones.</summary>
    public const string UnknownValue = "unknown_value";

    /// <summary>The value has another type, such as text where a number is expected.</summary>
    public const string WrongType = "wrong_type";

    /// <summary>The body is not JSON.</summary>
    public const string InvalidJson = "invalid_json";

    /// <summary>The text contains characters that are not allowed.</summary>
    public const string InvalidCharacters = "invalid_characters";

    /// <summary>The text does not have the documented format.</summary>
    public const string Malformed = "malformed";

    /// <summary>The password violates a rule; the message says which.</summary>
    public const string WeakPassword = "weak_password";

    /// <summary>It is not the current password.</summary>
    public const string WrongPassword = "wrong_password";

    /// <summary>It is neither the authenticator's current code nor a recovery code.</summary>
    public const string WrongCode = "wrong_code";

    /// <summary>The token is not that of the most recently mailed link, or the link has expired or was used before.</summary>
    public const string ExpiredLink = "expired_link";

    /// <summary>The time is in the past.</summary>
    public const string InThePast = "in_the_past";

    /// <summary>The item occurs twice.</summary>
    public const string Duplicate = "duplicate";

    /// <summary>The value conflicts with another one, or with the state of the resource.</summary>
    public const string NotAllowed = "not_allowed";

    /// <summary>The value is the current one.</summary>
    public const string Unchanged = "unchanged";

    /// <summary>All codes, in the order of <c>docs/errors.md</c>.</summary>
    public static ImmutableArray<string> All { get; } =
    [
        Required, TooLong, TooMany, OutOfRange, NotAnEmail, NotAnId, NotAUrl, UnknownValue, WrongType, InvalidJson,
        InvalidCharacters, Malformed, WeakPassword, WrongPassword, WrongCode, ExpiredLink, InThePast, Duplicate, NotAllowed, Unchanged,
    ];
}
