namespace AudioOrleans.Configuration;

/// <summary>Options that are bound from one section and checked at the start.</summary>
public interface IValidatedOptions
{
    /// <summary>The section, such as <c>Jobs</c> or <c>Objects:S3</c>.</summary>
    static abstract string Section { get; }

    /// <summary>Reports each value that is out of range or contradicts another one. Values of the wrong type are found without it.</summary>
    void Check(OptionsProblems problems)
    {
    }
}
